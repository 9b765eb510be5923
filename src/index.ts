import { handleCron } from "./cron/handle-cron.ts";
import { handleHttp } from "./http/handle.ts";
import { getIsolate } from "./isolate.ts";

export { ClientAccount } from "./money/client-account.ts";
export { DurableCall } from "./calls/durable-call.ts";
export { OpenCalls } from "./calls/open-calls.ts";
export { UnknownCalls } from "./calls/unknown-calls.ts";
export { GenerationTracker } from "./generations/tracker.ts";
export { GenHealth } from "./health/gen-health.ts";
export { PipelineRun } from "./pipelines/pipeline-run.ts";
export { PipelineRuns } from "./pipelines/pipeline-runs.ts";
export { NotificationDelivery } from "./notifications/delivery.ts";
export { FailedDeliveries } from "./notifications/failed-deliveries.ts";

export default {
  fetch(request, env, ctx) {
    return handleHttp(request, getIsolate(env), (work) => ctx.waitUntil(work));
  },
  scheduled(controller, env) {
    return handleCron(controller, getIsolate(env));
  },
} satisfies ExportedHandler<Env>;
