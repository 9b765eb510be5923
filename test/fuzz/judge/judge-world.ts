/** Checks what shows only outside of the answers: the Worker's log, what GEN was sent, and what was charged. */
import type { MoneyEntry, RequestEntry } from "../../simulator/ledger.ts";
import { CANARY_KEY } from "../../support/stack.ts";
import { CANARIES } from "../secrets.ts";
import type { World } from "../world.ts";

const FORBIDDEN_HEADERS = ["authorization", "cookie", "x-forwarded-host", "x-http-method-override", "origin"];
const UNCAUGHT = /"message":"uncaught"/;
/** Messages of the platform: about answers that are broken off on purpose, because GEN's was, and about late alarms. */
const NOISE =
  /^Uncaught exception: \S+: failed: remote\.jsg\.Error: (?:cut|idle|sink-gone|refused|GEN's answer broke off\.)$|^NOSENTRY/;
const GEN_KEY = /^[0-9a-f]{64}$/;
/** A second agent, in any parser's reading, in a request of a client of agent 42. */
const FOREIGN_AGENT = /agent_id["'\]\s\\]*[=:]\s*["']?(?:43|agent_456)\b/;
/** The same in a part, whether a parser ends its head at the first blank line or only at one of CRLF. */
const FOREIGN_PART =
  /agent_id[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n(?:43|agent_456)\b|agent_id(?:(?!\r\n\r\n)[\s\S])*\r\n\r\n(?:43|agent_456)\b/;

/** Remembers its position, and checks only what is new each time. */
export class WorldJudge {
  readonly #world: World;
  readonly #secrets: readonly string[];
  #readChars = 0;
  readonly #confined = new Set<string>();
  readonly #uncharged = new Set<string>();
  /** GEN's keys of requests whose clients were told that they cost nothing. */
  readonly #free = new Set<string>();
  readonly #charged = new Map<string, string>();
  #charges = 0;

  constructor(world: World) {
    this.#world = world;
    const keys = world.credentials.filter(({ isToken, text }) => !isToken && text !== CANARY_KEY);
    this.#secrets = keys.map(({ text }) => text.split("_")[2] ?? text);
  }

  get charges(): number {
    return this.#charges;
  }

  /** Requests with these traces come from a client confined to agent 42. */
  watchConfined(traceId: string): void {
    this.#confined.add(traceId);
  }

  /** The clients of requests with these traces were told that they cost nothing. */
  watchUncharged(traceId: string): void {
    this.#uncharged.add(traceId);
  }

  judge(): string[] {
    const { requests, charges } = this.#world.gen.control.ledger();
    const faults = [
      ...this.#judgeLog(),
      ...requests.flatMap((request) => this.#judgeSent(request)),
      ...charges.flatMap((charge) => this.#judgeCharge(charge)),
    ];
    this.#world.gen.control.clearLedger();
    return faults;
  }

  #judgeLog(): string[] {
    const text = this.#world.worker.output().slice(this.#readChars);
    this.#readChars += text.length;
    const canaries = [...CANARIES, ...this.#secrets].filter((secret) => text.includes(secret));
    const lines = text.split("\n").filter((line) => line !== "");
    const uncaught = lines.filter((line) => (line.startsWith('{"level"') ? UNCAUGHT.test(line) : !NOISE.test(line)));
    return [
      ...canaries.map((canary) => `a secret in the log: ${lines.find((line) => line.includes(canary))?.slice(0, 600)}`),
      ...uncaught.map((line) => `an uncaught error: ${line.slice(0, 1_200)}`),
    ];
  }

  #judgeSent({ method, path, query, headers, body }: RequestEntry): string[] {
    const what = `${method} ${path}?${query}`.slice(0, 300);
    const faults: string[] = [];
    if (headers["x-api-key"] !== CANARY_KEY) faults.push(`GEN was asked without its key: ${what}`);
    const passed = FORBIDDEN_HEADERS.filter((name) => name in headers);
    if (passed.length > 0) faults.push(`GEN was given ${passed.join(", ")}: ${what}`);
    const leaked = this.#secrets.filter((secret) => JSON.stringify(headers).includes(secret));
    if (leaked.length > 0) faults.push(`GEN was given a client's key: ${what}`);
    const trace = headers.traceparent?.split("-")[1] ?? "";
    const key = headers["idempotency-key"];
    if (key !== undefined && this.#uncharged.has(trace)) this.#free.add(key);
    const isForeign = FOREIGN_AGENT.test(`${decode(query)}\n${decode(body)}`) || FOREIGN_PART.test(body);
    if (this.#confined.has(trace) && isForeign) {
      faults.push(`GEN was asked for another agent: ${what} ${body.slice(0, 300)}`);
    }
    return faults;
  }

  /** Every charge belongs to an intent of ours, and no intent is charged twice. */
  #judgeCharge(charge: MoneyEntry): string[] {
    this.#charges += 1;
    const { idempotency_key: key, operation, purpose } = charge;
    const what = JSON.stringify(charge);
    if (key === null) return [];
    if (!GEN_KEY.test(key)) return [`charged under a key that is not ours: ${what}`];
    if (this.#free.has(key)) return [`charged, though its client was told that it was not: ${what}`];
    const name = `${key} ${purpose} ${charge.generation_id ?? ""}`;
    const former = this.#charged.get(name);
    this.#charged.set(name, operation);
    return former === undefined ? [] : [`charged twice under one key: ${what}`];
  }
}

function decode(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}
