/** Every promise that the walk is held against. */
import { judgeForm, judgeInTime, judgeNoInternal, judgeSecrets, judgeWhole } from "./answers.ts";
import {
  judgeAccounted,
  judgeBounds,
  judgeChargedOnce,
  judgeOwned,
  judgeSameAnswer,
  judgeSteps,
  judgeTold,
} from "./charges.ts";
import { judgeEnded, judgeNotified, judgeRuns, judgeSignatures, judgeWatched } from "./ends.ts";
import type { Evidence, Verdict } from "./evidence.ts";
import { judgeLedger } from "./ledger.ts";

export interface Check {
  /** A sentence. */
  readonly promise: string;
  readonly judge: (evidence: Evidence) => Verdict;
}

export const CHECKS = {
  chargedOnce: { promise: "no key and no intent is charged twice", judge: judgeChargedOnce },
  owned: { promise: "no paid job that nobody knows", judge: judgeOwned },
  accounted: { promise: "GEN's charges are the calls that say so, and no others", judge: judgeAccounted },
  ledger: { promise: "the ledger has a row for each charged call, at its cost", judge: judgeLedger },
  told: { promise: "what a client was told about a charge is true", judge: judgeTold },
  sameAnswer: { promise: "all who repeat an intent are told of one job", judge: judgeSameAnswer },
  bounds: { promise: "no client is charged beyond its bound, and all of it is counted", judge: judgeBounds },
  ended: { promise: "every accepted call and run has ended, or is listed", judge: judgeEnded },
  steps: { promise: "no step of a run is paid for twice, however often it is run again", judge: judgeSteps },
  runs: { promise: "each delivery, tick and key makes one run", judge: judgeRuns },
  notified: { promise: "each end is notified, under one id", judge: judgeNotified },
  signatures: { promise: "every signature is right", judge: judgeSignatures },
  watched: { promise: "watchers see each event once, and the end", judge: judgeWatched },
  inTime: { promise: "no answer comes later than its budget", judge: judgeInTime },
  whole: { promise: "no answer is lost while the Worker is up", judge: judgeWhole },
  form: { promise: "every answer is in the house's form", judge: judgeForm },
  noInternal: { promise: "no 500 of our own, no uncaught error", judge: judgeNoInternal },
  secrets: { promise: "no secret anywhere", judge: judgeSecrets },
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

export type Judgement = Readonly<Record<CheckName, Verdict>>;

export function judge(evidence: Evidence): Judgement {
  const verdicts = Object.entries(CHECKS).map(([name, check]) => [name, check.judge(evidence)]);
  return Object.fromEntries(verdicts) as Judgement;
}
