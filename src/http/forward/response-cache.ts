/**
 * Remembers answers that seldom change (RFC 9111): fresh for a while, and up to an hour longer when GEN is down
 * (`stale-if-error`, RFC 5861). Who has a copy at hand waits for one attempt, 2 s at most, and for none where GEN is to
 * be left alone: then the copy is given, and the attempt goes on behind it. Requests that miss at the same time ask GEN
 * once. One copy per policy; what a client was refused is never remembered.
 */
import type { Client } from "../../access/policy.ts";
import type { Operation } from "../../gen/operation.ts";
import { readBody } from "../../gen/read-body.ts";
import type { Problem } from "../../problems/problem.ts";
import { ChangeSignal } from "../../resilience/change-signal.ts";
import type { Clock } from "../../resilience/clock.ts";
import { Deadline } from "../../resilience/deadline.ts";
import { within } from "../../resilience/within.ts";
import type { Context } from "../context.ts";
import { type Copy, findCopy, giveCopy, isFresh, isUsable, keepCopy, toCopyName } from "./response-copy.ts";

const MAX_BYTES = 1_024 * 1_024;
/** How long a request without a copy waits for another one's answer before it asks for itself. */
const JOIN_MS = 5_000;
/** How long one with a copy waits for a newer one. */
const RENEW_MS = 2_000;
/** Who has been asking for longer than this went away in the middle of it. */
const MAX_ASKING_MS = 60_000;

interface Asker {
  readonly done: ChangeSignal;
  readonly since: number;
}

/** Those that are asking GEN now, by what they ask. */
const askers = new Map<string, Asker>();

type Taken =
  | { readonly kind: "kept"; readonly copy: Copy }
  /** Failed: GEN is in trouble, or its answer breaks off. */
  | { readonly kind: "passed"; readonly answered: Response | Problem; readonly isFailed: boolean };

/** Asks GEN, as often as the context lets it. */
type AskGen = (ctx: Context) => Promise<Response | Problem>;

interface Reading {
  readonly ctx: Context;
  readonly client: Client;
  readonly operation: Operation;
  readonly freshSeconds: number;
}

export async function answerFromCache(request: Request, reading: Reading, askGen: AskGen): Promise<Response | Problem> {
  const { ctx, client, operation, freshSeconds } = reading;
  const name = await toCopyName(client, request, ctx.url);
  const give = (copy: Copy, how: "hit" | "miss" | "stale") => giveCopy(copy, how, { request, freshSeconds });
  let copy = await findCopy(name, ctx);
  if (isFresh(copy, freshSeconds)) return give(copy, "hit");
  if (isUsable(copy, freshSeconds) && isHeldBack(operation, client, ctx)) return give(copy, "stale");
  if (await joinAsker(name, { hasCopy: isUsable(copy, freshSeconds) }, ctx)) {
    copy = await findCopy(name, ctx);
    if (isFresh(copy, freshSeconds)) return give(copy, "hit");
    if (isUsable(copy, freshSeconds)) return give(copy, "stale");
  }
  const ask = (using: Context) => asAsker(name, ctx.clock, async () => take(await askGen(using), name, using));
  const pass = (taken: Taken) => (taken.kind === "kept" ? give(taken.copy, "miss") : taken.answered);
  if (!isUsable(copy, freshSeconds)) return pass(await ask(ctx));
  const renewed = await renew(ask, ctx);
  return renewed === null ? give(copy, "stale") : pass(renewed);
}

/** While its circuit is open, or it has asked for a pause. */
function isHeldBack({ host, scope }: Operation, { id }: Client, { gen, clock }: Context): boolean {
  return gen.health[host].heldForMs(clock.now(), { by: id, pauseGroup: scope }) > 0;
}

/** Waits for who is asking already; false when there is nobody. */
async function joinAsker(
  name: string,
  { hasCopy }: { hasCopy: boolean },
  { clock, deadline }: Context,
): Promise<boolean> {
  const asker = askers.get(name);
  const now = clock.now();
  if (asker === undefined || now - asker.since > MAX_ASKING_MS) return false;
  const remainingMs = deadline.remaining(now);
  const waitMs = hasCopy ? toRenewMs(remainingMs) - (now - asker.since) : Math.min(JOIN_MS, remainingMs / 3);
  if (waitMs > 0) await asker.done.wait(waitMs, clock);
  return true;
}

async function asAsker<T>(name: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const asker = { done: new ChangeSignal(), since: clock.now() };
  askers.set(name, asker);
  try {
    return await work();
  } finally {
    if (askers.get(name) === asker) askers.delete(name);
    asker.done.notify();
  }
}

/** One attempt. Null when it has failed, or its answer is not there in time: then the copy is to be given. */
async function renew(ask: (using: Context) => Promise<Taken>, ctx: Context): Promise<Taken | null> {
  const { clock, event } = ctx;
  const behind = toBehind(ctx);
  const work = ask(behind);
  const waitMs = toRenewMs(ctx.deadline.remaining(clock.now()));
  ctx.waitUntil(work.catch(() => {}));
  const done = await within(waitMs, work, clock);
  if (done.kind === "late") {
    event.attempts.push({ outcome: "timeout", ms: waitMs, waited_ms: 0 });
    work.then(discard, (error) => logLate(error, ctx));
    return null;
  }
  Object.assign(event, behind.event);
  if (done.value.kind === "kept" || !done.value.isFailed) return done.value;
  discard(done.value);
  return null;
}

/** Nobody reads it any more. */
function discard(taken: Taken): void {
  if (taken.kind === "passed" && taken.answered instanceof Response) taken.answered.body?.cancel().catch(() => {});
}

function logLate(error: unknown, { log, requestId }: Context): void {
  log("error", { message: "uncaught", request_id: requestId, error: String(error) });
}

function toRenewMs(remainingMs: number): number {
  return Math.min(RENEW_MS, remainingMs / 2);
}

/** For an attempt that goes on when its caller has been answered, or has left: with a time and an event of its own. */
function toBehind(ctx: Context): Context {
  const { clock, config, deadline, event } = ctx;
  const endsAt = clock.now() + config.httpBudgetMs;
  return {
    ...ctx,
    config: { ...config, gen: { ...config.gen, maxAttempts: 1 } },
    deadline: new Deadline({ endsAt, subrequests: deadline.subrequestsLeft, signal: null }),
    event: { ...event, attempts: [] },
  };
}

/** Keeps what can be kept. */
async function take(answered: Response | Problem, name: string, ctx: Context): Promise<Taken> {
  const { status } = answered;
  if (!(answered instanceof Response) || status !== 200) return { kind: "passed", answered, isFailed: status >= 500 };
  const [forCaller, forCache] = answered.body?.tee() ?? [null, null];
  const maxMs = ctx.deadline.remaining(ctx.clock.now());
  const read = await readBody(forCache, { maxBytes: MAX_BYTES, maxMs, clock: ctx.clock });
  if (read.kind === "too-long") read.rest.cancel().catch(() => {});
  if (read.kind !== "whole")
    return { kind: "passed", answered: new Response(forCaller, answered), isFailed: read.kind === "cut" };
  forCaller?.cancel().catch(() => {});
  return { kind: "kept", copy: await keepCopy(name, { response: answered, body: read.bytes }, ctx) };
}
