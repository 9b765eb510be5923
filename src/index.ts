/** The Worker's entry: each trigger is one call, and each durable class is given its dependencies. */
import type { DurableObject, WorkflowEvent, WorkflowStep } from "cloudflare:workers";
import { Activity as ActivityObject } from "./activity/activity.ts";
import { AuditLog as AuditLogObject } from "./activity/audit-log.ts";
import { DurableCall as DurableCallObject } from "./calls/durable-call.ts";
import { OpenCalls as OpenCallsObject } from "./calls/evidence/open-calls.ts";
import { ClientChanges as ClientChangesObject } from "./clients/client-changes.ts";
import { handleCron } from "./cron/handle-cron.ts";
import { GenerationTracker as GenerationTrackerObject } from "./generations/tracker.ts";
import { GenHealth as GenHealthObject } from "./health/gen-health.ts";
import type { HttpIsolate } from "./http/context.ts";
import { handleHttp } from "./http/handle.ts";
import { getIsolate } from "./isolate.ts";
import { ChargesSwitch as ChargesSwitchObject } from "./money/charges-switch.ts";
import { ClientAccount as ClientAccountObject } from "./money/client-account.ts";
import { Ledger as LedgerObject } from "./money/ledger/ledger.ts";
import { NotificationDelivery as NotificationDeliveryObject } from "./notifications/delivery/delivery.ts";
import { NotificationList as NotificationListObject } from "./notifications/list/notification-list.ts";
import type { RunPayload } from "./pipelines/instance.ts";
import { PipelineRuns as PipelineRunsObject } from "./pipelines/runs/pipeline-runs.ts";
import { PipelineRun as PipelineRunWorkflow } from "./pipelines/steps/pipeline-run.ts";
import { IncomingDeliveries as IncomingDeliveriesObject } from "./webhooks/incoming/incoming-deliveries.ts";

/** How long what is at work waits before it looks again whether the Worker is configured. */
const HELD_MS = 30_000;

export class Activity extends holdAlarms(withIsolate(ActivityObject)) {}
export class AuditLog extends holdAlarms(withIsolate(AuditLogObject)) {}
export class ChargesSwitch extends withIsolate(ChargesSwitchObject) {}
export class ClientAccount extends holdAlarms(withIsolate(ClientAccountObject)) {}
export class ClientChanges extends withIsolate(ClientChangesObject) {}
export class DurableCall extends holdAlarms(withIsolate(DurableCallObject)) {}
export class GenerationTracker extends holdAlarms(withIsolate(GenerationTrackerObject)) {}
export class GenHealth extends holdAlarms(withIsolate(GenHealthObject)) {}
export class IncomingDeliveries extends holdAlarms(withIsolate(IncomingDeliveriesObject)) {}
export class Ledger extends holdAlarms(withIsolate(LedgerObject)) {}
export class NotificationDelivery extends holdAlarms(withIsolate(NotificationDeliveryObject)) {}
export class NotificationList extends holdAlarms(withIsolate(NotificationListObject)) {}
export class OpenCalls extends holdAlarms(withIsolate(OpenCallsObject)) {}
export class PipelineRun extends withIsolate(PipelineRunWorkflow) {
  override async run(event: Readonly<WorkflowEvent<RunPayload>>, step: WorkflowStep) {
    const { fault } = getIsolate(this.env);
    for (let turn = 1; fault !== null; turn += 1) await step.sleep(`until it is configured (${turn})`, HELD_MS);
    return super.run(event, step);
  }
}
export class PipelineRuns extends holdAlarms(withIsolate(PipelineRunsObject)) {}

type WithAlarm = new (ctx: DurableObjectState, env: Env) => DurableObject & { alarm(): Promise<void> };

/** While the Worker is not configured alarms wait: without GEN's key they would give up what they have at work. */
function holdAlarms<Class extends WithAlarm>(Class: Class) {
  // biome-ignore lint/suspicious/noExplicitAny: a class that extends a parameter must take any arguments (TS2545).
  const Base: new (...given: any[]) => InstanceType<WithAlarm> = Class;
  return class extends Base {
    override async alarm(): Promise<void> {
      const { clock, fault } = getIsolate(this.env);
      if (fault === null) return super.alarm();
      fault.report();
      await this.ctx.storage.setAlarm(clock.now() + HELD_MS);
    }
  } as unknown as Class;
}

/** The runtime constructs classes with state and environment only; this adds the isolate. */
function withIsolate<Ctx, Made extends object>(Class: new (ctx: Ctx, env: Env, isolate: HttpIsolate) => Made) {
  // biome-ignore lint/suspicious/noExplicitAny: a class that extends a parameter must take any arguments (TS2545).
  const Base: new (...given: any[]) => object = Class;
  return class extends Base {
    constructor(ctx: Ctx, env: Env) {
      super(ctx, env, getIsolate(env));
    }
  } as new (
    ctx: Ctx,
    env: Env,
  ) => Made;
}

export default {
  fetch(request, env, ctx) {
    return handleHttp(request, getIsolate(env), (work) => ctx.waitUntil(work));
  },
  scheduled(controller, env) {
    return handleCron(controller, getIsolate(env));
  },
} satisfies ExportedHandler<Env>;
