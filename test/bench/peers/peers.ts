import type { Section } from "../section.ts";
import { toPercent } from "../statistics.ts";
import { compareGateways, LOAD, ROUNDS, TURNS } from "./gateways.ts";
import { CHARGE_RATE, compareLostAnswers, LOST_SHARE } from "./lost-answers.ts";
import { NODE_SERVER_VERSION, PORTKEY_VERSION } from "./portkey.ts";
import { compareUnderFaults, GET_RATE } from "./weathers.ts";

const toCount = (count: number) => count.toLocaleString("en");

export const peers: Section = {
  name: "peers",
  how:
    `What others do with the faults of the section faults: ${toCount(GET_RATE.judged)} GETs, ${GET_RATE.perSecond} a second whether or not earlier ones are answered, each within 10 s (and ${GET_RATE.after} more that are not judged, so that traffic goes on), ` +
    "through every client at once, each with a simulated GEN of its own; load, clients and simulators are one process, and what was measured while that process was held up is measured again. A time runs until the call has succeeded or its caller was told anything else. " +
    "Each client is set as its documentation shows (`test/bench/peers/clients.ts`): `p-retry` with five retries, `ky` with three and 5 s an attempt, `cockatiel` with three, its circuit breaker (open for 10 s after five failures in a row, which come by chance) and 2 s an attempt, " +
    `\`undici\`'s \`RetryAgent\` with its defaults. Lost answers: ${toCount(CHARGE_RATE.judged)} charged calls (texts), ${CHARGE_RATE.perSecond} a second; GEN loses ${toPercent(LOST_SHARE, 0)} of its answers after the charge. ` +
    "Charged twice are calls with more than one charge in the simulator's ledger; paid but failed are those that were charged and whose caller got an error. The documentation of none of them speaks of idempotency keys; `ky` and `undici` do not try a POST again unless told so. " +
    "The rows under a key are those of a caller who knows GEN's guide: a key for each call, the same in each attempt, and POST among the methods. This Worker tells a caller whose 10 s are over that the call is still open, and where its end will be. " +
    `Gateways: \`@portkey-ai/gateway\` ${PORTKEY_VERSION} (with \`@hono/node-server\` ${NODE_SERVER_VERSION}: with a newer one it answers 500 to paths that are no model's) is fetched from npm and run in Node, as it is published; it forwards any path below \`/v1\` by \`x-portkey-custom-host\`, and so the same GET of 1 KB goes through both to the same upstream. ` +
    `CPU time as in the section cpu-time, ${ROUNDS} rounds of ${toCount(LOAD.requests)} requests over ${LOAD.connections} connections; added time over one connection, ${toCount(TURNS)} turns, next to asking the upstream itself. Runtimes are compared with it: Node there, workerd here; and this Worker checks a key and writes a line for each request.`,
  run: async () => [...(await compareUnderFaults()), ...(await compareLostAnswers()), ...(await compareGateways())],
};
