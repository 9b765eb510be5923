/** The Worker's entry: each trigger is one call, and each durable class is given its dependencies. */
import { DurableCall as DurableCallObject } from "./calls/durable-call.ts";
import { OpenCalls as OpenCallsObject } from "./calls/evidence/open-calls.ts";
import { handleCron } from "./cron/handle-cron.ts";
import { GenerationTracker as GenerationTrackerObject } from "./generations/tracker.ts";
import { GenHealth as GenHealthObject } from "./health/gen-health.ts";
import type { HttpIsolate } from "./http/context.ts";
import { handleHttp } from "./http/handle.ts";
import { getIsolate } from "./isolate.ts";
import { ClientAccount as ClientAccountObject } from "./money/client-account.ts";
import { NotificationDelivery as NotificationDeliveryObject } from "./notifications/delivery.ts";
import { PipelineRun as PipelineRunWorkflow } from "./pipelines/pipeline-run.ts";
import { PipelineRuns as PipelineRunsObject } from "./pipelines/pipeline-runs.ts";

export { UnknownCalls } from "./calls/unknown-calls.ts";
export { FailedDeliveries } from "./notifications/failed-deliveries.ts";

export class ClientAccount extends withIsolate(ClientAccountObject) {}
export class DurableCall extends withIsolate(DurableCallObject) {}
export class GenerationTracker extends withIsolate(GenerationTrackerObject) {}
export class GenHealth extends withIsolate(GenHealthObject) {}
export class NotificationDelivery extends withIsolate(NotificationDeliveryObject) {}
export class OpenCalls extends withIsolate(OpenCallsObject) {}
export class PipelineRun extends withIsolate(PipelineRunWorkflow) {}
export class PipelineRuns extends withIsolate(PipelineRunsObject) {}

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
