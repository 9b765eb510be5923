/** Request headers: credentials, keys, preferences, conditions; right, wrong and absurd. */
import type { Random } from "../random.ts";
import { APP_ORIGIN, type Credential, PAYING, type World } from "../world.ts";
import type { Header } from "./shot.ts";
import { makeTags } from "./tags.ts";
import { toText } from "./values.ts";

/** Few keys, so that they are used again by the same client and by others. */
const KEYS = 40;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

type Make = (random: Random) => string;

const OPTIONAL: readonly (readonly [share: number, name: string, make: Make])[] = [
  [0.5, "Idempotency-Key", makeKey],
  [0.1, "X-GenEdge-Tag", (random) => makeTags(random)[0]?.[1] ?? ""],
  [
    0.3,
    "Prefer",
    (random) =>
      random.pick([
        "wait=1",
        "wait=3",
        "respond-async",
        "respond-async, wait=1",
        "return=representation, wait=1",
        "wait=99999999999999999999",
        "wait=-1",
        "wait=1e9",
        'wait="2"',
        "handling=strict; wait=2",
        toText(random),
      ]),
  ],
  [
    0.1,
    "Range",
    (random) =>
      random.pick(["bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-99999999999999999999", "items=0-5", toText(random)]),
  ],
  [
    0.1,
    "If-None-Match",
    (random) => random.pick(["*", '"x"', 'W/"x"', '"a","b",*', `${'"x",'.repeat(500)}"y"`, toText(random)]),
  ],
  [0.1, "Last-Event-ID", (random) => random.pick(["0", "1", "-1", "99999999999999999999", "NaN", toText(random)])],
  [
    0.2,
    "traceparent",
    (random) =>
      random.pick([
        `00-${TRACE}-00f067aa0ba902b7-01`,
        `00-${"0".repeat(32)}-${"0".repeat(16)}-00`,
        `ff-${TRACE}-00f067aa0ba902b7-01`,
        `cc-${TRACE}-00f067aa0ba902b7-ff-${"x".repeat(9_000)}`,
        `01-${TRACE}-00f067aa0ba902b7-01x`,
        toText(random),
      ]),
  ],
  [
    0.1,
    "tracestate",
    (random) => random.pick(["a=1,b@c=2", "a=1,,b=", "=", ",".repeat(4_000), `a=${"x".repeat(9_000)}`, toText(random)]),
  ],
  [
    0.2,
    "Accept",
    (random) =>
      random.pick([
        "application/json",
        "text/html",
        "*/*",
        "text/event-stream",
        "a/b;q=0.0001,*;q=2",
        "x/".repeat(400),
        toText(random),
      ]),
  ],
  [
    0.2,
    "Accept-Language",
    (random) =>
      random.pick([
        "fr",
        "de, en;q=0.1",
        "*",
        "xx-YY",
        "ja;q=1.1",
        "en-".repeat(300),
        `${"en,".repeat(3_000)}de`,
        toText(random),
      ]),
  ],
  [
    0.2,
    "Origin",
    (random) =>
      random.pick([
        APP_ORIGIN,
        APP_ORIGIN,
        "https://evil.test",
        "null",
        "capacitor://localhost",
        "https://[::1]:8080",
        "https://a_b.test:443",
        "moz-extension://2f0a5b9e-3c1d-4f6a-8f55-0d2f6a1b7c3e",
        "file://",
        "https://[::ffff:999.1]",
        "x://a:99999",
        `https://${"a".repeat(400)}`,
        toText(random),
      ]),
  ],
  [0.05, "Content-Encoding", (random) => random.pick(["gzip", "identity", "br, gzip", "IDENTITY", toText(random)])],
  [
    0.05,
    "Host",
    // Malformed addresses are left out: the runtime's router for static files fails on them, before the Worker.
    (random) => random.pick(["evil.example", "127.0.0.1:1", "[::1]", "x".repeat(60)]),
  ],
  [0.05, "X-Forwarded-Host", () => "evil.example"],
  [0.05, "X-Forwarded-For", toText],
  [
    0.05,
    "CF-Connecting-IP",
    (random) => random.pick(["1.2.3.4", "::1", "::ffff:1.2.3.4", "x", ":".repeat(50), toText(random)]),
  ],
  [0.05, "X-Request-Id", (random) => random.pick(["order-1", "<script>", "a".repeat(129), toText(random)])],
  [0.05, "Cookie", () => "session=1; session=2"],
  [0.05, "X-HTTP-Method-Override", () => "DELETE"],
  [0.05, "Payment-Signature", toText],
  [0.05, "Access-Control-Request-Method", () => "POST"],
  [
    0.05,
    "Access-Control-Request-Headers",
    (random) => random.pick(["x-api-key, content-type", "*", "a,".repeat(600), toText(random)]),
  ],
  [0.03, "Expect", (random) => random.pick(["100-continue", "200-ok"])],
  [0.03, "X-Long", (random) => "y".repeat(random.pick([4_000, 20_000]))],
  [0.02, "Upgrade", (random) => random.pick(["websocket", "h2c"])],
];

export function makeHeaders(random: Random): Header[] {
  return OPTIONAL.filter(([share]) => random.chance(share)).map(([, name, make]) => [name, make(random)]);
}

export function makeKey(random: Random): string {
  return random.weighted<() => string>([
    [20, () => `key-${random.int(1, KEYS)}`],
    [2, () => toText(random)],
    [1, () => random.pick(["a, b", ",", " ", "k".repeat(255), "k".repeat(256), "__proto__"])],
  ])();
}

/** A key or token, most often a valid one, since more code can be reached with it. */
export function pickCredential({ credentials }: World, random: Random): Credential {
  const good = credentials.filter(({ isGood }) => isGood);
  return random.chance(0.85) ? random.pick(good) : random.pick(credentials);
}

/** A client that may make charged calls. */
export function pickPaying({ credentials }: World, random: Random): Credential {
  return random.pick(credentials.filter(({ name }) => PAYING.includes(name)));
}

export function toPlainHeaders({ text, isToken }: Credential): Header[] {
  return [isToken ? ["Authorization", `Bearer ${text}`] : ["X-API-Key", text]];
}

/** How long the caller of a charged call waits. */
export function makePreference(random: Random): Header[] {
  const preference = random.pick([null, null, "wait=1", "respond-async", "return=representation, wait=3"]);
  return preference === null ? [] : [["Prefer", preference]];
}

export function toCredentialHeaders({ text, isToken }: Credential, random: Random): Header[] {
  const bearer: Header = ["Authorization", `Bearer ${text}`];
  if (isToken) return [bearer];
  return random.weighted<Header[]>([
    [20, [["X-API-Key", text]]],
    [4, [bearer]],
    [0.5, []],
    [0.3, [["X-API-Key", mutate(text, random)]]],
    [0.3, [["Authorization", `bearer  ${mutate(text, random)}`]]],
    [
      0.2,
      [
        ["X-API-Key", text],
        ["X-API-Key", text],
      ],
    ],
    [0.2, [["X-API-Key", ""], bearer]],
    [
      0.2,
      [
        ["X-API-Key", text],
        ["Authorization", `Bearer ${toText(random)}`],
      ],
    ],
  ]);
}

/** Changes one character. */
export function mutate(text: string, random: Random): string {
  const at = random.int(0, Math.max(0, text.length - 1));
  return text.slice(0, at) + random.text("0aZ_-.=%\u00e9", 1) + text.slice(at + 1);
}
