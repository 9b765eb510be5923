/**
 * Bytes that are no proper request: wrong lengths, parts of requests, slow ones, several at once, and text that is not
 * HTTP.
 */
import { bytes, type Ending, type Part, sizeOf } from "../plan.ts";
import type { Random } from "../random.ts";
import { hasHeader, render, renderHead, type Shot } from "./shot.ts";

export interface Wire {
  readonly what: string;
  readonly parts: readonly Part[];
  readonly methods: readonly string[];
  readonly isBroken: boolean;
  readonly ending: Ending;
}

const GIB = 1_024 ** 3;
const DRIP_MS = 250;

/** A complete request, as it should be sent. */
export function sendWhole(shot: Shot, random: Random): Wire {
  const { method } = shot;
  return { what: "", parts: render(shot, random), methods: [method], isBroken: isOddHttp(shot), ending: "read" };
}

const TARGET = /^\/[\w\-.~!$&'()*+,;=:@/?%[\]]*$/;

/** A request that RFC 9112 does not allow may be refused by the platform. */
function isOddHttp({ target, headers, method }: Shot): boolean {
  const odd = headers.some(
    ([name, value]) =>
      /^(?:host|expect|upgrade|transfer-encoding)$/i.test(name) ||
      value.length > 8_000 ||
      /[^\t\x20-\x7e\x80-\xff]/.test(value),
  );
  const twice = headers.filter(([name]) => name.toLowerCase() === "host").length > 1;
  return odd || twice || !TARGET.test(target) || target.length > 8_000 || !/^[A-Z]+$/.test(method);
}

export function sendOdd(shot: Shot, random: Random): Wire {
  const { method } = shot;
  const whole = render(shot, random, false);
  const base = { methods: [method], isBroken: true, ending: "read" } as const;
  const head = (...headers: readonly [string, string][]) =>
    bytes(
      renderHead(method, shot.target, [
        ...(hasHeader(shot, "host") ? [] : [["Host", "w"] as const]),
        ...shot.headers,
        ...headers,
      ]),
    );
  const all = Buffer.concat(whole.flatMap((part) => (part.kind === "bytes" ? [part.bytes] : [])));
  const cut = random.int(1, Math.max(1, all.length - 1));
  return random.pick<() => Wire>([
    () => ({ ...base, what: "cut", parts: [bytes(all.subarray(0, cut))], ending: "half-close" }),
    () => ({
      ...base,
      what: "left",
      parts: [bytes(all.subarray(0, cut))],
      ending: { leaveAfterMs: random.int(0, 300) },
    }),
    () => ({ ...base, what: "gone after sending", parts: whole, ending: { leaveAfterMs: random.int(0, 60) } }),
    () => ({ ...base, what: "half-closed", parts: whole, isBroken: isOddHttp(shot), ending: "half-close" }),
    () => ({ ...base, what: "dripping", parts: drip(head(["Content-Length", "40"]), 40), isBroken: isOddHttp(shot) }),
    () => ({ ...base, what: "1 GiB announced", parts: [head(["Content-Length", String(GIB)])] }),
    () => ({
      ...base,
      what: "body too short",
      parts: [head(["Content-Length", String(sizeOf(shot.body) + 5)]), ...shot.body],
      ending: "half-close",
    }),
    () => ({
      ...base,
      what: "body too long",
      parts: [head(["Content-Length", "1"]), bytes("{}GET / HTTP/1.1\r\n\r\n")],
    }),
    () => ({
      ...base,
      what: "two lengths",
      parts: [head(["Content-Length", "2"], ["Content-Length", "3"]), bytes("{} ")],
    }),
    () => ({
      ...base,
      what: "both lengths",
      parts: [head(["Content-Length", "2"], ["Transfer-Encoding", "chunked"]), bytes("2\r\n{}\r\n0\r\n\r\n")],
    }),
    () => ({
      ...base,
      what: "odd length",
      parts: [
        head(["Content-Length", random.pick(["-1", "1e3", "0x2", "+2", "99999999999999999999", "2, 2"])]),
        bytes("{}"),
      ],
    }),
    () => ({
      ...base,
      what: "odd chunks",
      parts: [
        head(["Transfer-Encoding", "chunked"]),
        bytes(
          random.pick([
            "zz\r\n{}\r\n",
            "-1\r\n",
            "ffffffffffffffff\r\n{}",
            "2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n",
            "2\n{}\n0\n\n",
          ]),
        ),
      ],
      ending: "half-close",
    }),
    () => ({
      ...base,
      what: "endless chunks",
      parts: [
        head(["Transfer-Encoding", "chunked"]),
        { kind: "repeat", bytes: Buffer.from(`400\r\n${"[".repeat(1_024)}\r\n`), times: 3_000 },
      ],
      ending: { leaveAfterMs: 2_000 },
    }),
    () => ({
      ...base,
      what: "odd encoding",
      parts: [
        head(["Transfer-Encoding", random.pick(["gzip, chunked", "identity", "chunked, chunked", "xchunked"])]),
        bytes("0\r\n\r\n"),
      ],
    }),
    () => ({
      ...base,
      what: "pipelined",
      parts: [...whole, ...whole, ...whole],
      methods: [method, method, method],
      isBroken: isOddHttp(shot),
    }),
    () => ({ ...base, what: "no HTTP", parts: [bytes(random.bytes(random.int(1, 300)))], ending: "half-close" }),
    () => ({
      ...base,
      what: "odd first line",
      parts: [bytes(oddLine(shot, random)), bytes("Host: w\r\n\r\n")],
      ending: "half-close",
    }),
    () => ({
      ...base,
      what: "odd header",
      parts: [
        bytes(
          `${method} / HTTP/1.1\r\nHost: w\r\n${random.pick(["A B: c", ": c", "A", " folded: x", "A\u0000: b", "A: b\u0000c", "A: b\rc", "Content-Length : 5"])}\r\n\r\n`,
        ),
      ],
      ending: "half-close",
    }),
    () => ({
      ...base,
      what: "many headers",
      parts: [
        bytes(`${method} ${shot.target} HTTP/1.1\r\nHost: w\r\n${"X-A: 1\r\n".repeat(random.pick([300, 5_000]))}\r\n`),
      ],
      ending: "half-close",
    }),
  ])();
}

function drip(head: Part, times: number): Part[] {
  const pieces = Array.from({ length: times }, (): Part[] => [{ kind: "pause", ms: DRIP_MS }, bytes("{")]);
  return [head, ...pieces.flat()];
}

/** `OPTIONS *` is left out: the runtime's router of static assets answers it with a 500, before the Worker sees it. */
function oddLine({ method, target }: Shot, random: Random): string {
  return random.pick([
    `${method}  ${target} HTTP/1.1\r\n`,
    `${method} ${target}\r\n`,
    `${method} ${target} HTTP/9.9\r\n`,
    `${method} ${target} HTTP/1.0\r\n`,
    `${"M".repeat(9_000)} / HTTP/1.1\r\n`,
    `g\u00e9t / HTTP/1.1\r\n`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    `TRACE ${target} HTTP/1.1\r\n`,
  ]);
}
