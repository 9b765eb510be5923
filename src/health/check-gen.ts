/** Asks GEN how it is doing: two reads that cost no credits, once each. */
import { defaultAccount, type Isolate } from "../context.ts";
import { isRefusedKey } from "../gen/account.ts";
import { ask } from "../gen/ask.ts";
import { type GenReport, toReport } from "./gen-report.ts";

/** A person may be waiting for it. */
const TIMEOUT_MS = 5_000;

export async function checkGen({ config, clock, gen, log }: Isolate): Promise<GenReport> {
  const account = defaultAccount(gen);
  const env = { config: config.gen, clock, account, timeoutMs: TIMEOUT_MS };
  const [me, balance] = await Promise.all([
    ask({ host: "api", method: "GET", path: "/me" }, env),
    ask({ host: "api", method: "GET", path: "/credit_balance" }, env),
  ]);
  const at = clock.now();
  if (isRefusedKey(me)) {
    account.guards.api.rejected(at);
    log("error", { message: "gen_key_rejected", request_id: null, operation: "me.get" });
  }
  return toReport({ me, balance }, { at, lowCredits: config.lowCredits });
}
