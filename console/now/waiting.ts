/** What can wait for a person, in the order in which it matters. Pure. */
import type { Health } from "../api/answers.ts";
import { toCalls, toMoney, toRuns } from "../routes/links.ts";
import { toHash } from "../routes/place.ts";

export interface Waiting {
  readonly name: string;
  /** What to do about it. */
  readonly why: string;
  readonly href: string;
  /** Null: not known now. */
  readonly count: number | null;
  readonly isUrgent: boolean;
}

export function listWaiting(health: Health): Waiting[] {
  const all = [
    {
      name: "Calls with an unknown outcome",
      why: "Perhaps charged. Look at GEN, then resolve them.",
      href: toCalls({ state: "unknown" }),
      count: health.calls_unknown,
      isUrgent: true,
    },
    {
      name: "Credits that GEN took for no charge here",
      why: "Find out who used GEN without this Worker.",
      href: toMoney("reconciliation"),
      count: health.transactions_unknown,
      isUrgent: true,
    },
    {
      name: "Runs that failed",
      why: "Each can be run again from the step that failed.",
      href: toRuns({ state: "failed" }),
      count: health.runs_failed,
      isUrgent: true,
    },
    {
      name: "Notifications that failed",
      why: "Their receiver did not take them for a day. They can be sent again.",
      href: toHash(["notifications"], { state: "failed" }),
      count: health.notifications_failed,
      isUrgent: true,
    },
    {
      name: "Webhooks that fit no pipeline",
      why: "Mend the pipeline’s mapping, then deliver them again.",
      href: toHash(["webhooks"], { outcome: "rejected" }),
      count: health.deliveries_rejected,
      isUrgent: true,
    },
    {
      name: "Webhooks that were refused",
      why: "Wrong signatures, or strangers.",
      href: toHash(["webhooks"], { outcome: "refused" }),
      count: health.deliveries_refused,
      isUrgent: false,
    },
    {
      name: "Calls that are open",
      why: "They go on by themselves.",
      href: toCalls({ state: "open" }),
      count: health.calls_open,
      isUrgent: false,
    },
    {
      name: "Notifications that wait",
      why: "They are sent again by themselves.",
      href: toHash(["notifications"], { state: "waiting" }),
      count: health.notifications_waiting,
      isUrgent: false,
    },
  ];
  return all.flatMap(({ count, ...rest }) => (count === undefined ? [] : [{ ...rest, count }]));
}
