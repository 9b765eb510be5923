/** The answers of `/pipelines`. */
import { writeObject } from "../../../encoding/json.ts";
import { toIso } from "../../../encoding/time.ts";
import type { Limits } from "../../../money/spending.ts";
import type { Pipeline, Trigger } from "../../../pipelines/define.ts";
import type { RunTrigger } from "../../../pipelines/run.ts";
import type { RunReport, RunSummary, StepRecord } from "../../../pipelines/run-record.ts";
import type { RunError } from "../../../pipelines/step-failed.ts";
import type { Rejected } from "../../../webhooks/incoming/delivery.ts";

type Members = Readonly<Record<string, unknown>>;

export function describePipeline({
  name,
  description,
  triggers,
  concurrency,
  maxCharges,
  budget,
  tag,
}: Pipeline): Members {
  return {
    name,
    description,
    triggers: triggers.map(describeTrigger),
    concurrency,
    max_charges: maxCharges,
    budget: describeBudget(budget),
    ...(tag === null ? {} : { tag }),
  };
}

function describeBudget({ chargesPerDay, chargesPerMonth, creditsPerDay, creditsPerMonth, prices }: Limits): Members {
  return {
    charges_per_day: chargesPerDay,
    charges_per_month: chargesPerMonth,
    credits_per_day: creditsPerDay,
    credits_per_month: creditsPerMonth,
    prices,
  };
}

function describeTrigger(trigger: Trigger): Members {
  return trigger.kind === "cron" ? { cron: trigger.cron } : { webhook: trigger.source };
}

export function describeRun(pipeline: string, run: RunSummary): Members {
  return {
    id: run.id,
    pipeline,
    state: run.state,
    trigger: describeOrigin(run.trigger),
    created_at: toIso(run.createdAt),
    ...(run.endedAt === null ? {} : { ended_at: toIso(run.endedAt) }),
    ...(run.error === null ? {} : { error: describeError(run.error) }),
    ...(run.reruns === 0 ? {} : { reruns: run.reruns }),
    ...(run.terms?.tag ? { tag: run.terms.tag } : {}),
  };
}

/** The JSON of a run with its steps, input and output. */
export function describeWholeRun(pipeline: string, run: RunReport): string {
  const members = { ...describeRun(pipeline, run), steps: run.steps.map(describeStep) };
  return writeObject(members, { input: run.input, ...(run.output === null ? {} : { output: run.output }) });
}

function describeOrigin(trigger: RunTrigger): Members {
  switch (trigger.kind) {
    case "manual":
      return { kind: "manual", client_id: trigger.clientId };
    case "webhook":
      return { kind: "webhook", source: trigger.source, delivery_id: trigger.deliveryId };
    case "cron":
      return { kind: "cron", cron: trigger.cron, scheduled_at: toIso(trigger.scheduledAt) };
  }
}

function describeStep(step: StepRecord): Members {
  return {
    name: step.name,
    kind: step.kind,
    ...(step.operation === null ? {} : { operation: step.operation }),
    state: step.state,
    ...(step.waitsFor === null ? {} : { waits_for: step.waitsFor }),
    attempts: step.turns,
    started_at: toIso(step.startedAt),
    ...(step.endedAt === null ? {} : { ended_at: toIso(step.endedAt) }),
    ...(step.callId === null ? {} : { call: `/v1/calls/${step.callId}` }),
    ...(step.generation === null ? {} : { generation: step.generation }),
    charged: step.charged ?? "no",
    ...(step.hint === null ? {} : { hint: step.hint }),
    ...(step.error === null ? {} : { error: describeError(step.error) }),
  };
}

function describeError({ code, detail, step }: RunError): Members {
  return { error_code: code, detail, ...(step === null ? {} : { step }) };
}

export function describeRejected({ id, source, at, issues, body }: Rejected): Members {
  return { id, source, at: toIso(at), issues, payload: new TextDecoder().decode(body) };
}
