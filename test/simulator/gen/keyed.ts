import type { Settings } from "../settings.ts";
import type { Call } from "./call.ts";
import { errorReply, GenError, invalid } from "./gen-error.ts";
import type { Remembered } from "./key-memory.ts";
import type { Reply } from "./reply.ts";

/** The rules of one operation for idempotency keys: a row of the table in `gen-api.md`. */
export interface KeyRule {
  readonly place: "header" | "body";
  readonly maxLength: number;
  /** Keys are compared within this scope. */
  readonly scope: (call: Call) => string;
  /** The answer to the same key with another request. */
  readonly changed: "conflict" | "replay";
  /** The answer to a second send while the first is at work, where the settings say that it is refused. */
  readonly busy: () => GenError | Reply;
  readonly required?: (call: Call) => boolean;
  /** Marks an answer that is given again. */
  readonly mark?: (reply: Reply) => Reply;
  readonly forever?: boolean;
}

export function keyOf(call: Call, place: "header" | "body"): string | undefined {
  if (place === "header") return call.header("idempotency-key");
  const given = call.fields.idempotency_key;
  return given === undefined || given === null ? undefined : String(given);
}

export interface KeyedWork {
  readonly call: Call;
  readonly rule: KeyRule;
  /** Runs the checks alone; throws their refusal. */
  readonly check: () => void;
  /** Runs the checks and the work; refusals are replies. */
  readonly run: () => Promise<Reply>;
}

/** Looks the key up, runs the work at most once per key (or as the settings say), and remembers the answer. */
export async function runKeyed({ call, rule, check, run }: KeyedWork): Promise<Reply> {
  const { sim } = call;
  const key = keyOf(call, rule.place);
  if (key === undefined) {
    if (rule.required?.(call)) throw invalid("Idempotency-Key is required");
    return run();
  }
  if (key.trim() === "" || key.length > rule.maxLength) {
    throw invalid(`Idempotency-Key must have 1 to ${rule.maxLength} characters`);
  }
  if (sim.settings.validateBeforeKey) check();
  const id = `${rule.scope(call)}\n${key}`;
  const fingerprint = `${call.method} ${call.path} ${call.body.sha256}`;
  const known = sim.keys.find(id, sim.clock.now());
  if (known) {
    const given = givenAgain(known, rule, fingerprint, sim.settings);
    if (given) return given;
    return run();
  }
  const remembered = sim.keys.begin(id, fingerprint, sim.clock.now(), rule.forever ?? false);
  remembered.running = run();
  const reply = await remembered.running;
  remembered.running = undefined;
  if (isKept(reply, sim.settings)) remembered.reply = reply;
  else sim.keys.forget(id, remembered);
  return reply;
}

/** Undefined when the settings let the second send do the work, too. */
function givenAgain(
  known: Remembered,
  rule: KeyRule,
  fingerprint: string,
  settings: Settings,
): Promise<Reply> | Reply | undefined {
  if (known.fingerprint !== fingerprint && rule.changed === "conflict") {
    throw new GenError(409, "idempotency_conflict", "This key was used before with another request");
  }
  const mark = rule.mark ?? ((reply: Reply) => reply);
  if (known.reply) return mark(known.reply);
  if (settings.concurrentKey === "twice" || !known.running) return undefined;
  if (settings.concurrentKey === "once") return known.running.then(mark);
  const busy = rule.busy();
  return busy instanceof GenError ? errorReply(busy, "rails") : busy;
}

function isKept({ status, transient }: Reply, { replayOwn4xx, replayOwn5xx }: Settings): boolean {
  if (transient) return false;
  if (status >= 500) return replayOwn5xx;
  return status >= 400 ? replayOwn4xx : true;
}
