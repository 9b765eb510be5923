/** Request bodies: valid ones for GEN's operations, the same with changes, and bodies that are expensive to read. */
import { bytes, type Part } from "../plan.ts";
import type { Random } from "../random.ts";
import { makeForm } from "./forms.ts";
import { makeKey } from "./headers.ts";
import type { Header } from "./shot.ts";
import { toText } from "./values.ts";

export interface MadeBody {
  readonly headers: readonly Header[];
  readonly parts: readonly Part[];
}

const JSON_TYPE: Header = ["Content-Type", "application/json"];
const FORM_TYPE: Header = ["Content-Type", "application/x-www-form-urlencoded"];
const MIB = 1_024 * 1_024;

export function makeBody(random: Random): MadeBody {
  return random.weighted<() => MadeBody>([
    [20, () => ({ headers: [JSON_TYPE], parts: [bytes(JSON.stringify(makeOrder(random)))] })],
    [5, () => ({ headers: [JSON_TYPE], parts: [bytes(bendJson(JSON.stringify(makeOrder(random)), random))] })],
    [6, () => makeFormBody(random)],
    [2, () => ({ headers: [makeOddType(random)], parts: [bytes(JSON.stringify(makeOrder(random)))] })],
    [1, () => ({ headers: [JSON_TYPE], parts: [bytes(random.bytes(random.int(0, 200)))] })],
    [3, () => ({ headers: [], parts: [] })],
    [0.8, () => makeBomb(random)],
  ])();
}

/** Small enough that the simulated GEN can carry it out often. */
function makeOrder(random: Random): Record<string, unknown> {
  const type = random.pick([
    "text",
    "text",
    "text",
    "image_from_text",
    "media",
    "song",
    "lipsync",
    "nonsense",
    "__proto__",
  ]);
  const fields: [number, string, () => unknown][] = [
    [0.5, "generation_type", () => type],
    [0.5, "data", () => ({ prompt: toText(random), ...(random.chance(0.1) ? { model: "sora", duration: 5 } : {}) })],
    [0.2, "agent_id", () => random.pick<unknown>([42, "42", 43, [42], { a: 43 }, null, "1e400"])],
    [0.1, "idempotency_key", () => random.pick<unknown>([makeKey(random), 5, null, ["k"]])],
    [0.1, "target_agent_id", () => random.pick<unknown>([42, 43])],
    [
      0.2,
      "actions",
      () => [{ action: random.pick(["generate", "update_cell", "nonsense"]), cell_id: 10_111, data: {} }],
    ],
    [0.2, "title", () => toText(random)],
    [0.2, "prompt", () => toText(random)],
    [0.1, "auto_regenerate", () => random.pick<unknown>([false, true, "false"])],
    [0.1, "conversation_id", () => random.pick<unknown>(["conv_1", 5, null, { id: 5 }])],
    [0.1, "user_job", () => ({ user_job_type: random.pick(["text", "train_social"]), data: { duration: 60 } })],
    [0.1, "generate", () => ({ Video: { generation_type: type, data: { agent_id: random.pick([42, 43]) } } })],
    [0.1, "charged", () => random.pick<unknown>([true, false, "true"])],
    [0.1, "ids", () => Array.from({ length: random.int(0, 20) }, (_, index) => index)],
    [0.1, toText(random), () => toText(random)],
  ];
  return Object.fromEntries(fields.filter(([share]) => random.chance(share)).map(([, name, make]) => [name, make()]));
}

/** Bodies as GEN's guides show them. */
export function makePlainOrder(random: Random): Record<string, unknown> {
  const data = { prompt: `p${random.int(1, 3)}` };
  const actions = [{ action: "generate", cell_id: 10_111, generation_type: "text", data }];
  return { generation_type: "text", data, actions, brief: "b", topic: "t" };
}

/** What the operation needs and nothing else: all that a client with limits may send. */
export function makeExactOrder(pattern: string, random: Random): Record<string, unknown> {
  const { generation_type, data } = makePlainOrder(random);
  const actions = [{ action: "generate", target: { type: "cell", id: 10_111 }, generation_type, data }];
  if (pattern.endsWith("/generate")) return { generation_type, data };
  return pattern.endsWith("/actions") ? { actions, auto_regenerate: false } : {};
}

function bendJson(text: string, random: Random): string {
  const at = random.int(0, text.length);
  const insert = (piece: string) => text.slice(0, at) + piece + text.slice(at);
  return random.pick<() => string>([
    () => text.slice(0, at),
    () => insert(random.pick(["\u0000", "\u00ff", '"', "{", "\\ud800", "\\", ",", "//"])),
    () => text.replace("{", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}},'),
    () => text.replace("{", '{"agent_id":42,"agent_id":43,'),
    () => text.replace("{", '{"agent_id":42,"\\u0061gent_id":43,'),
    () => text.replace("{", '{"agent_id":42,"Agent_Id":43,'),
    () => text.replace("{", '{"agent_id":42,"agent_id\\u0000":43,'),
    () => text.replace("{", '{"_method":"delete",'),
    () => text.replace("{", '{"a":{"b":[{"agent_id":43}]},'),
    () => text.replace("{", '{"seed":6687881544318117707,"agent_id":9007199254740993,"x":[1e400,-0,1.0],'),
    () => text.replace("{", '{"s":"\\ud800","t":"\\udc00\\ud800",'),
    () => text.replace("{", '{"idempotency_key":"a","idempotency_key":"b",'),
    () => `\u00ef\u00bb\u00bf${text}`,
    () => `[${text},${text}]`,
    () => JSON.stringify(text),
    () => random.pick(["null", "true", "0", '""', "[]", "{}", "-", "1e99999", " ", "\u00ed\u00a0\u0080"]),
  ])();
}

function makeFormBody(random: Random): MadeBody {
  const { contentType, text } = makeForm(random);
  // Bodies that are too large to be parsed are checked while they stream.
  const isLarge = contentType.startsWith("multipart") && random.chance(0.05);
  return { headers: [["Content-Type", contentType]], parts: [bytes(isLarge ? enlarge(text) : text)] };
}

function enlarge(text: string): string {
  const end = text.lastIndexOf("\r\n--");
  return text.slice(0, end) + "x".repeat(MIB) + text.slice(end);
}

function makeOddType(random: Random): Header {
  const type = random.pick([
    "text/plain",
    "application/json; charset=utf-16",
    "application/json;charset=utf-8",
    'application/json; charset="UTF8"; v=1',
    "APPLICATION/JSON",
    "application/x-ndjson",
    "text/html",
    ";",
    "a/b/c",
    toText(random),
    "application/json, text/plain",
  ]);
  return ["Content-Type", type];
}

const PART_HEADERS = [
  'Content-Disposition: form-data; name="agent_id"\r\n',
  "Content-Type: text/plain\r\n",
  "X-A: b\r\n",
  "\r\n",
];

/** Fields with different names. */
export function makeManyFields(count: number): string {
  return Array.from({ length: count }, (_, index) => `f${index}=1`).join("&");
}

/** Bodies that cost their sender little and their reader much. */
function makeBomb(random: Random): MadeBody {
  const of = (head: string, piece: string, times: number, tail = ""): MadeBody => ({
    headers: [JSON_TYPE],
    parts: [bytes(head), { kind: "repeat", bytes: Buffer.from(piece, "latin1"), times }, bytes(tail)],
  });
  return random.pick<() => MadeBody>([
    () => of("", "[", MIB - 1),
    () => of("", "[", MIB + 100),
    () => of("", "[", 100_000, "]".repeat(100_000)),
    () => of('{"agent_id":42,"x":', '{"a":', 90_000, `1${"}".repeat(90_001)}`),
    () => of("{", '"a":1,', 170_000, '"b":1}'),
    () => of("{", '"a":1,', 1_000_000, '"b":1}'),
    () => of("{", '"agent_id":42,', 70_000, '"b":1}'),
    () => of('{"x":"', "\\u0000", 150_000, '"}'),
    () => of("1", "0", 900_000),
    () => ({ ...of("", "agent_id=42&", 80_000), headers: [FORM_TYPE] }),
    () => ({ ...of("", "%", 1_000_000), headers: [FORM_TYPE] }),
    () => ({ headers: [FORM_TYPE], parts: [bytes(makeManyFields(90_000))] }),
    () => ({ ...of("", "\u001f\u008b\b\0", 50_000), headers: [JSON_TYPE, ["Content-Encoding", "gzip"]] }),
    () => ({
      ...of("", "--A\r\n", 150_000, "--A--\r\n"),
      headers: [["Content-Type", "multipart/form-data; boundary=A"]],
    }),
    () => ({
      ...of("--A\r\n", random.pick(PART_HEADERS), 20_000, "\r\n\r\n--A--\r\n"),
      headers: [["Content-Type", "multipart/form-data; boundary=A"]],
    }),
    () => ({
      ...of(
        '--A\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
        "x".repeat(1_000),
        3_000,
        "\r\n--A--\r\n",
      ),
      headers: [["Content-Type", "multipart/form-data; boundary=A"]],
    }),
  ])();
}
