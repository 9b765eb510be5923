/**
 * The only access to the Worker's own Durable Objects. A failed call is repeated only when the platform says that this
 * can help (`retryable`) and the object is not `overloaded`. Each try uses a new stub, because a failed one may stay
 * broken (Cloudflare: Durable Objects, error handling). So every method of an object must be repeatable.
 */
import type { Log } from "../observability/log.ts";
import { Backoff } from "../resilience/backoff.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";

/** The name of an object of which there is one. */
export const SINGLETON = "all";

const MAX_TRIES = 3;
const BASE_MS = 50;
const CAP_MS = 500;

type Namespaces = {
  readonly [Name in keyof Env as Env[Name] extends DurableObjectNamespace<infer _> ? Name : never]: Env[Name];
};

/** The objects by the names of their bindings in `env`. */
export type Objects = {
  readonly [Name in keyof Namespaces]: {
    readonly getByName: Namespaces[Name]["getByName"];
    /** Without repeats: for a call whose repeat would differ from it. */
    readonly getOnce: Namespaces[Name]["getByName"];
  };
};

/** The platform could not reach an object, even after repeats that could help. What the object did is unknown. */
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
      // A stub that is awaited, or returned from an async function, is asked for `then`, which is no verb.
      get: (_, verb) =>
        typeof verb === "symbol" || verb === "then"
          ? undefined
          : (...given: unknown[]) => repeat(() => getOnce(name)[verb]?.(...given), clock),
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

/** Whether the platform threw it. Errors of an object's own code have neither property. */
function isPlatforms(error: unknown): error is PlatformError {
  const { retryable, overloaded } = (error ?? {}) as PlatformError;
  return retryable === true || overloaded === true;
}

/** Whether the platform says that a repeat may help. */
export function mayRepeat(error: unknown): boolean {
  const { retryable, overloaded } = (error ?? {}) as PlatformError;
  return retryable === true && overloaded !== true;
}

interface Asking {
  readonly clock: Clock;
  readonly log: Log;
  readonly requestId: string;
}

/** An object's answer. Null, and a log line, when it can't be reached. */
export async function reach<T>(answer: Promise<T>, { log, requestId }: Asking): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
    return null;
  }
}

/** The same, within `ms`; null also when it is late. */
export async function reachWithin<T>(ms: number, answer: Promise<T>, ctx: Asking): Promise<T | null> {
  const end = await within(ms, reach(answer, ctx), ctx.clock);
  return end.kind === "done" ? end.value : null;
}
