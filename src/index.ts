import { handleHttp } from "./http/handle.ts";
import { createIsolate } from "./isolate.ts";

let isolate: ReturnType<typeof createIsolate> | undefined;

export default {
  fetch(request, env, ctx) {
    isolate ??= createIsolate(env);
    return handleHttp(request, isolate, (work) => ctx.waitUntil(work));
  },
} satisfies ExportedHandler<Env>;
