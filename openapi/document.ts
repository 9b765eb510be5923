/**
 * The whole API as an OpenAPI 3.1 document: GEN's operations from their table, problems from their codes and texts, the
 * Worker's own routes from `own/`. Created at build time, so it costs the Worker nothing.
 */
import { VERSION } from "../src/env.ts";
import { describeForwarded } from "./forwarded.ts";
import { ANY_BODY } from "./gen-requests.ts";
import { GEN_SCHEMAS } from "./gen-schemas.ts";
import { HEADERS } from "./headers.ts";
import { TAGS } from "./names.ts";
import { CALLS } from "./own/calls.ts";
import { NOTIFICATIONS } from "./own/notifications.ts";
import { PAGES } from "./own/pages.ts";
import { PIPELINE_ROUTES } from "./own/pipelines.ts";
import { OWN_SCHEMAS } from "./own/schemas.ts";
import { USAGE } from "./own/usage.ts";
import { WATCHING } from "./own/watching.ts";
import { WEBHOOKS } from "./own/webhooks.ts";
import { PARAMETERS } from "./parameters.ts";
import { PROBLEM_RESPONSES, PROBLEM_SCHEMA } from "./problems.ts";
import type { Document, Members, Paths } from "./shape.ts";

const DESCRIPTION = `
GEN's API behind one address, and what the Worker adds to it. A success of \`/v1/…\` is GEN's own answer; a failure is a
problem (RFC 9457) that says what happened, whether credits were spent, what to do, and whether trying again helps.

- Wherever there is a \`GET\` there is a \`HEAD\`; \`OPTIONS\` tells the methods. CORS headers are on every answer to a page.
- A request is answered within its budget: 25 s, or \`Prefer: wait=N\` seconds.
- \`x-scope\`: the scope that the client must have.
- \`x-charged\`: whether GEN takes credits for it. Each such call is done once, whatever is lost or repeated, under one \`Idempotency-Key\`.
- \`x-replay\`: what the Worker does when an answer is lost. \`safe\`: it asks again. \`keyed\`: it asks again under the same key.
  \`unsafe\`: it does not, and the problem is \`outcome_unknown\`.
- \`x-problems\`: the error codes of one of the Worker's own routes.
`.trim();

const OWN_TAGS: Readonly<Record<string, string>> = {
  "The Worker itself": "Without a key.",
  Watching: "Generations, user jobs and runs that calls through the Worker have started.",
  Calls: "Charged calls, and those that must not happen twice: how they stand.",
  Pipelines: "What the Worker does by itself.",
  Notifications: "What the Worker tells your own service.",
  Webhooks: "What others tell the Worker.",
};

const OF_KEY =
  "A client key: `ge_…`. Where a browser sends it, the page's address must be one of the client's origins: from `/docs`, the Worker's own.";

const SECURITY_SCHEMES: Members = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: OF_KEY },
  bearer: { type: "http", scheme: "bearer", description: "A client key, or the JSON Web Token of a user of yours." },
  ticket: {
    type: "apiKey",
    in: "query",
    name: "ticket",
    description: "Opens the events of one generation for an hour.",
  },
};

export function createDocument(): Document {
  return {
    openapi: "3.1.1",
    info: {
      title: "gen-edge",
      version: VERSION,
      summary: "Safe use of GEN, the video API",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This Worker" }],
    security: [{ apiKey: [] }, { bearer: [] }],
    tags: [
      ...Object.entries(OWN_TAGS).map(([name, description]) => ({ name, description })),
      ...Object.keys(TAGS).map((name) => ({ name })),
    ],
    paths: toPaths(),
    components: {
      schemas: { Problem: PROBLEM_SCHEMA, ...OWN_SCHEMAS, ...GEN_SCHEMAS },
      responses: PROBLEM_RESPONSES,
      parameters: PARAMETERS,
      headers: HEADERS,
      requestBodies: { Any: ANY_BODY },
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function toPaths(): Paths {
  return {
    ...PAGES,
    ...WATCHING,
    ...CALLS,
    ...USAGE,
    ...PIPELINE_ROUTES,
    ...NOTIFICATIONS,
    ...WEBHOOKS,
    ...describeForwarded(),
  };
}
