/**
 * Caches answers that seldom change (RFC 9111): fresh for a while, and up to an hour longer when GEN is down
 * (`stale-if-error`, RFC 5861). With a stale copy, a request waits for one attempt of at most 2 s, and makes none while
 * GEN's circuit is open or paused; then it gives the copy, and an attempt goes on in the background. Concurrent misses
 * ask GEN once. Users of one policy share copies, other clients share none. Refusals are never cached.
 */
import type { Client } from "../../../access/policy.ts";
import type { Operation } from "../../../gen/operation.ts";
import { readBody } from "../../../gen/read-body.ts";
import type { RequestEvent } from "../../../observability/event.ts";
import type { Problem } from "../../../problems/problem.ts";
import { ChangeSignal } from "../../../resilience/change-signal.ts";
import type { Clock } from "../../../resilience/clock.ts";
import { Deadline } from "../../../resilience/deadline.ts";
import { within } from "../../../resilience/within.ts";
import type { Context } from "../../context.ts";
import { type Copy, findCopy, giveCopy, isFresh, isUsable, keepCopy, toCopyName } from "./response-copy.ts";

const MAX_BYTES = 1_024 * 1_024;
/** How long a request without a copy waits for another request's answer before it asks GEN itself. */
const JOIN_MS = 5_000;
/** How long a request with a copy waits for a newer one. */
const RENEW_MS = 2_000;
/** A request that has been asking for longer than this was cancelled. */
const MAX_ASKING_MS = 60_000;

interface Asker {
  readonly done: ChangeSignal;
  readonly since: number;
}

/** The requests that are asking GEN now, by the name of the copy. */
const askers = new Map<string, Asker>();

type Taken =
  | { readonly kind: "kept"; readonly copy: Copy }
  /** `isFailed`: GEN failed, or its answer was cut. */
  | { readonly kind: "passed"; readonly answered: Response | Problem; readonly isFailed: boolean };

/** Asks GEN, with as many attempts as the context allows. */
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

/** Whether GEN's circuit is open, or GEN has asked for a pause. */
function isHeldBack({ host, scope }: Operation, { id }: Client, { gen, clock }: Context): boolean {
  return gen.health[host].heldForMs(clock.now(), { by: id, pauseGroup: scope }) > 0;
}

/** Waits for a request that is already asking; false when there is none. */
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

/** Makes one attempt. Null when it failed or is late: the copy must be given. */
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
  noteUpstream(done.value.answered, event);
  discard(done.value);
  return null;
}

/** What GEN said, for the log line. A problem that nobody is shown is not rendered, so nothing else records it. */
function noteUpstream(answered: Response | Problem, event: RequestEvent): void {
  if (answered instanceof Response || answered.upstream === undefined) return;
  event.upstream_status = answered.upstream.status;
  event.upstream_code = answered.upstream.error_code;
}

/** Frees an answer that nobody will read. */
function discard(taken: Taken): void {
  if (taken.kind === "passed" && taken.answered instanceof Response) taken.answered.body?.cancel().catch(() => {});
}

function logLate(error: unknown, { log, requestId }: Context): void {
  log("error", { message: "uncaught", request_id: requestId, error: String(error) });
}

function toRenewMs(remainingMs: number): number {
  return Math.min(RENEW_MS, remainingMs / 2);
}

/** The context of an attempt that outlives its request: with its own deadline and log event. */
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

/** Caches the answer if possible. */
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
