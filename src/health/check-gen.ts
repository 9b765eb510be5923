/** Checks GEN's health: two reads that cost no credits, once each. */
import { defaultAccount, type Isolate } from "../context.ts";
import { ask } from "../gen/ask.ts";
import { learnOfKey } from "../gen/check-key.ts";
import { type GenReport, toReport } from "./gen-report.ts";

/** Short, because a person may be waiting. */
const TIMEOUT_MS = 5_000;

export async function checkGen({ config, clock, gen }: Isolate): Promise<GenReport> {
  const account = defaultAccount(gen);
  const env = { config: config.gen, clock, account, timeoutMs: TIMEOUT_MS };
  const [me, balance] = await Promise.all([
    ask({ host: "api", method: "GET", path: "/me" }, env),
    ask({ host: "api", method: "GET", path: "/credit_balance" }, env),
  ]);
  const at = clock.now();
  learnOfKey(me, { requestId: null, operation: "me.get" }, env);
  return toReport({ me, balance }, { at, lowCredits: config.lowCredits });
}
