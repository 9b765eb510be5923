import { type Answer, callGen, callWorker, type GenAnswer } from "../call.ts";
import { BrokenPromise } from "../promise.ts";
import type { Tour } from "../step.ts";
import type { ErrorCase } from "./error-case.ts";

/** One failure of GEN, as seen by a program that calls GEN directly and by a client of the Worker. */
export interface Translation {
  readonly raw: GenAnswer;
  readonly answer: Answer;
}

const SILENCE_MS = 1_000;

/** The fault stays in the simulator until faults are cleared. */
export async function tryCase(tour: Tour, error: ErrorCase, language = "en"): Promise<Translation> {
  const { call, gen } = error;
  const path = `^${call.path.split("?")[0]}$`;
  tour.gen.control.addFaults({ rules: [{ match: { method: call.method, path }, outcomes: [gen], repeat: true }] });
  const raw = await callGen(tour, call, SILENCE_MS);
  const answer = await callWorker(tour, { ...call, headers: { ...call.headers, "Accept-Language": language } });
  check(tour, error, answer);
  return { raw, answer };
}

/**
 * What must hold for every error: the public error is the promised one, problem details and GEN's members agree, and
 * nothing of GEN's leaks.
 */
function check({ gen, worker }: Tour, { wanted, call }: ErrorCase, { status, headers, body }: Answer): void {
  const text = JSON.stringify(body).replaceAll(worker.url, "");
  const facts: [string, unknown, unknown][] = [
    ["status", status, wanted.status],
    ["error_code", body.error_code, wanted.code],
    ["charged", body.charged, wanted.charged],
    ["Content-Type", headers.get("content-type"), "application/problem+json"],
    ["the body's status", body.status, status],
    ["error, as detail", body.error, body.detail],
    ["X-Should-Retry, as retryable", headers.get("x-should-retry"), String(body.retryable)],
    ["GEN's key in the answer", text.includes(gen.apiKey), false],
    ["an address of GEN's in the answer", /127\.0\.0\.1|localhost|elsewhere/.test(text), false],
  ];
  for (const [what, seen, expected] of facts) {
    if (seen === expected) continue;
    throw new BrokenPromise(`${call.method} ${call.path}: ${what}\n  wanted: ${expected}\n  seen:   ${seen}`);
  }
}
