/**
 * Clients that try again, each set as its own documentation shows it for a client with a time limit; where that leaves a
 * choice, by its defaults. `keyed` is what a reader of GEN's guide adds: POST is tried again, too, under one key.
 */
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import ky from "ky";
import pRetry, { AbortError } from "p-retry";
import { Agent, RetryAgent } from "undici";

export const BUDGET_MS = 10_000;

export interface Question {
  readonly method: "GET" | "POST";
  /** Below `/v1`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `pending`: the caller was told that the outcome is not known yet, and where it will be. */
export type Ended = "succeeded" | "failed" | "pending";

export interface Client {
  /** Ends after `BUDGET_MS` at the latest. */
  ask(question: Question): Promise<Ended>;
}

export interface Target {
  /** A base URL with `/v1`. */
  readonly base: string;
  readonly key: string;
}

/** A client of its own for each measurement: a circuit breaker remembers. */
export type CreateClient = (target: Target) => Client;

/** The example of its page: five retries; a 404, and here any other refusal, is thrown as an `AbortError`. */
export const viaPRetry: CreateClient = (target) =>
  fromThrowing((question) => {
    const signal = AbortSignal.timeout(BUDGET_MS);
    return pRetry(
      async () => {
        const answer = await fetchOf(target, question, signal);
        if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
          throw new AbortError(answer.statusText);
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.text();
      },
      { retries: 5, signal },
    );
  });

/** The example of `totalTimeout`: three retries, 5 s an attempt. POST is not among the methods that it tries again. */
export const viaKy: CreateClient = (target) => createKy(target, {});

export const viaKyForPosts: CreateClient = (target) => createKy(target, { methods: ["get", "post"] });

function createKy({ base, key }: Target, methods: { methods?: ["get", "post"] }): Client {
  return fromThrowing(({ method, path, headers, body }) =>
    ky(`${base}${path}`, {
      method,
      headers: { ...headers, "x-api-key": key },
      ...(body === undefined ? {} : { body }),
      timeout: 5_000,
      totalTimeout: BUDGET_MS,
      retry: { limit: 3, retryOnTimeout: true, ...methods },
    }).text(),
  );
}

/** The example at the top of its page, with the timeout that its part on `wrap` adds. */
export const viaCockatiel: CreateClient = (target) =>
  createCockatiel(
    target,
    wrap(
      retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
      circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
      timeout(2_000, TimeoutStrategy.Aggressive),
    ),
  );

export const viaCockatielWithoutBreaker: CreateClient = (target) =>
  createCockatiel(
    target,
    wrap(
      retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
      timeout(2_000, TimeoutStrategy.Aggressive),
    ),
  );

function createCockatiel(target: Target, policy: IPolicy<{ signal: AbortSignal }>): Client {
  return fromThrowing((question) =>
    policy.execute(async ({ signal }) => {
      const answer = await fetchOf(target, question, signal);
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    }, AbortSignal.timeout(BUDGET_MS)),
  );
}

/** `RetryAgent` with its defaults: five retries; POST is not among the methods that it tries again. */
export const viaUndici: CreateClient = (target) => createUndici(target, {});

export const viaUndiciForPosts: CreateClient = (target) => createUndici(target, { methods: ["GET", "POST"] });

function createUndici({ base, key }: Target, methods: { methods?: ["GET", "POST"] }): Client {
  const agent = new RetryAgent(new Agent(), methods);
  const { origin, pathname } = new URL(base);
  return fromThrowing(async ({ method, path, headers, body }) => {
    const { statusCode, body: answer } = await agent.request({
      origin,
      path: `${pathname}${path}`,
      method,
      headers: { ...headers, "x-api-key": key },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(BUDGET_MS),
    });
    await answer.text();
    if (statusCode >= 300) throw new Error(String(statusCode));
  });
}

function fetchOf({ base, key }: Target, { method, path, headers, body }: Question, signal: AbortSignal) {
  return fetch(`${base}${path}`, {
    method,
    headers: { ...headers, "x-api-key": key },
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

function fromThrowing(ask: (question: Question) => Promise<unknown>): Client {
  return {
    ask: (question) =>
      ask(question).then(
        () => "succeeded",
        () => "failed",
      ),
  };
}
