/** Sends one request as a client does, on a connection of its own, and notes what came of it. */
import { exchange } from "../fuzz/exchange.ts";
import type { Answer } from "../fuzz/http-reader.ts";
import { bytes } from "../fuzz/plan.ts";
import type { Asked, History } from "./history.ts";
import type { Outages } from "./outages.ts";
import { findSecrets } from "./secrets.ts";
import { type Client, HTTP_BUDGET_MS, type World } from "./world.ts";

export interface Wanted {
  readonly kind: string;
  /** Null: nobody's key is sent. */
  readonly client: Client | null;
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly intent?: number;
  readonly budgetMs?: number;
  /** The client goes away after this time. */
  readonly leaveAfterMs?: number;
  /** The whole body is kept, also of a success. */
  readonly whole?: boolean;
}

/** Longer than any budget and its grace, so that a late answer is seen to come late. */
const LIMIT_MS = 15_000;
/** Of a body, for the story of a violation. */
const KEPT_BYTES = 4_096;

/** Where it is asked, and noted. */
export interface Place {
  readonly world: World;
  readonly history: History;
  readonly outages: Outages;
}

export async function ask(wanted: Wanted, { world, history, outages }: Place): Promise<Asked> {
  await outages.whenUp();
  const { kind, client, method, target, intent = null, budgetMs = HTTP_BUDGET_MS, leaveAfterMs } = wanted;
  const requestId = `chaos-${history.asked.length}-${history.startedAt}`;
  const traceId = toTraceId(history.asked.length);
  const plan = {
    what: kind,
    parts: [bytes(toText(wanted, { url: world.worker.url, requestId, traceId }))],
    methods: [method],
    isBroken: false,
    times: 1,
    ending: leaveAfterMs === undefined ? ("read" as const) : { leaveAfterMs },
    budgetMs,
    isPlanted: false,
    requestId,
    traceId,
    isConfined: false,
    judge: null,
  };
  const place = history.asked.length;
  const at = Date.now();
  const unanswered: Asked = {
    ...{ requestId, traceId, kind, intent, client: client?.name ?? null, method, target },
    ...{ at, endedAt: Number.POSITIVE_INFINITY, budgetMs, firstByteMs: null, end: "left", answer: null, secrets: [] },
  };
  history.asked.push(unanswered);
  const { answers, raw, end, firstByteMs } = await exchange(world.worker.url, plan, LIMIT_MS);
  const own = world.secrets.filter(({ isCallers }) => !isCallers);
  const asked: Asked = {
    ...unanswered,
    endedAt: Date.now(),
    firstByteMs,
    end,
    answer: answers[0] ? toKept(answers[0], wanted) : null,
    secrets: findSecrets(raw, own),
  };
  history.asked[place] = asked;
  return asked;
}

function toTraceId(number: number): string {
  return `c4a05${number.toString(16).padStart(27, "0")}`;
}

function toText(
  { client, method, target, headers = {}, body }: Wanted,
  { url, requestId, traceId }: { url: string; requestId: string; traceId: string },
): Buffer {
  const content = Buffer.from(body ?? "");
  const all = {
    host: new URL(url).host,
    ...(client === null ? {} : { "x-api-key": client.key }),
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": String(content.length) }),
    ...headers,
    "x-request-id": requestId,
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`), content]);
}

/** The whole of a problem's body: it is judged. */
function toKept({ status, headers, body }: Answer, { whole = false }: Wanted): Answer {
  return { status, headers, body: status < 400 && !whole ? Buffer.from(body.subarray(0, KEPT_BYTES)) : body };
}

/** The JSON of an answer; an empty object where there is none, or it was too long to be kept. */
// biome-ignore lint/suspicious/noExplicitAny: answers are read as what they should be
export function toJson({ answer }: Asked): any {
  try {
    return JSON.parse(answer?.body.toString() ?? "{}");
  } catch {
    return {};
  }
}
