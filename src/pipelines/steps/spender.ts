/** Whose money a run's calls spend, and for what. Pure. */
import type { Client } from "../../access/policy.ts";
import { toPipelineClient } from "../../calls/pipeline-client.ts";
import type { Config } from "../../env.ts";
import { DEFAULT_ACCOUNT } from "../../gen/account.ts";
import { type Spending, toSpending } from "../../money/spending.ts";
import type { Pipeline } from "../define.ts";
import type { RunTask } from "../protocol.ts";

type Payable = Pick<Pipeline, "name" | "budget" | "tag">;

export interface RunSpender {
  /** The client that has started the run, or `pipeline:<name>`. */
  readonly payer: string;
  /** That client as it was then. Null for a webhook, a schedule, and a run of an earlier version. */
  readonly client: Client | null;
  readonly pipeline: Payable;
  readonly tag: string | null;
  readonly account: string;
}

export function toRunSpender({ trigger, terms }: Pick<RunTask, "trigger" | "terms">, pipeline: Payable): RunSpender {
  return {
    payer: trigger.kind === "manual" ? trigger.clientId : toPipelineClient(pipeline.name),
    client: terms?.client ?? null,
    pipeline,
    tag: terms?.tag ?? pipeline.tag,
    account: DEFAULT_ACCOUNT,
  };
}

export function toRunSpending(
  { payer, client, pipeline: { name, budget }, tag, account }: RunSpender,
  type: string | null,
  config: Pick<Config, "budgets" | "prices">,
): Spending {
  const pipeline = { name, limits: budget };
  return toSpending({ payer, policy: client?.policy ?? null, pipeline, tag, account, type }, config);
}
