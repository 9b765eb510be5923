/**
 * The one gate to the Worker's own Durable Objects. A call that fails is made again only when the platform says that this can
 * help (`retryable`) and the object is not `overloaded`; each time with a new stub, because a failed one may stay broken
 * (Cloudflare: Durable Objects, error handling). Every verb of an object may be repeated.
 */
import type { Log } from "../observability/log.ts";
import { Backoff } from "../resilience/backoff.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";

const MAX_TRIES = 3;
const BASE_MS = 50;
const CAP_MS = 500;

type Namespaces = {
  readonly [Name in keyof Env as Env[Name] extends DurableObjectNamespace<infer _> ? Name : never]: Env[Name];
};

/** The objects by their bindings: what `env` has, behind the gate. */
export type Objects = {
  readonly [Name in keyof Namespaces]: {
    readonly getByName: Namespaces[Name]["getByName"];
    /** Past the gate: for a call whose repeat is not the same call. */
    readonly getOnce: Namespaces[Name]["getByName"];
  };
};

/** The platform could not reach an object, though it was asked again where that could help. Nothing is known of what it has done. */
export class ObjectUnreachable extends Error {
  override readonly name = "ObjectUnreachable";
}

export function openGate(env: Env, clock: Clock): Objects {
  const bindings = Object.entries(env).filter(([, binding]) => isNamespace(binding));
  const gated = bindings.map(([name, namespace]) => [name, toGated(namespace, clock)]);
  return Object.fromEntries(gated) as Objects;
}

function isNamespace(binding: unknown): binding is DurableObjectNamespace {
  return typeof binding === "object" && binding !== null && "getByName" in binding;
}

function toGated(namespace: DurableObjectNamespace, clock: Clock) {
  const getOnce = (name: string) => namespace.getByName(name) as unknown as Stub;
  const getByName = (name: string) =>
    new Proxy({} as Stub, {
      get:
        (_, verb: string) =>
        (...given: unknown[]) =>
          repeat(() => getOnce(name)[verb]?.(...given), clock),
    });
  return { getByName, getOnce };
}

type Stub = Record<string, (...given: unknown[]) => Promise<unknown>>;

async function repeat<T>(ask: () => Promise<T> | undefined, clock: Clock): Promise<T | undefined> {
  let backoff = new Backoff(BASE_MS, CAP_MS);
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isPlatforms(error)) throw error;
      if (!mayRepeat(error) || tries === MAX_TRIES) throw new ObjectUnreachable(String(error), { cause: error });
      await clock.sleep(backoff.delayMs(() => clock.random()));
      backoff = backoff.next();
    }
  }
}

interface PlatformError {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
}

/** Whether it comes from the platform: what an object's own code has thrown says neither. */
function isPlatforms(error: unknown): error is PlatformError {
  const { retryable, overloaded } = (error ?? {}) as PlatformError;
  return retryable === true || overloaded === true;
}

/** Whether the same call may help, by the platform's word. */
export function mayRepeat(error: unknown): boolean {
  const { retryable, overloaded } = (error ?? {}) as PlatformError;
  return retryable === true && overloaded !== true;
}

interface Asking {
  readonly clock: Clock;
  readonly log: Log;
  readonly requestId: string;
}

/** What an object says. Null, and a line in the log, when it can't be reached. */
export async function reach<T>(answer: Promise<T>, { log, requestId }: Asking): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
    return null;
  }
}

/** The same, waited for `ms` at most; null also when it is late. */
export async function reachWithin<T>(ms: number, answer: Promise<T>, ctx: Asking): Promise<T | null> {
  const end = await within(ms, reach(answer, ctx), ctx.clock);
  return end.kind === "done" ? end.value : null;
}
