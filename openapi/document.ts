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
import { ACTIVITY } from "./own/activity.ts";
import { BUDGETS } from "./own/budgets.ts";
import { CALLS } from "./own/calls.ts";
import { CLIENT_SCHEMAS, CLIENTS, SETUP_ROUTES } from "./own/clients.ts";
import { DELIVERIES } from "./own/deliveries.ts";
import { NOTIFICATIONS } from "./own/notifications.ts";
import { OPERATORS } from "./own/operators.ts";
import { PAGES } from "./own/pages.ts";
import { PIPELINE_ROUTES } from "./own/pipelines.ts";
import { RECONCILIATION, RECONCILIATION_SCHEMAS } from "./own/reconciliation.ts";
import { REPORT_SCHEMAS, REPORTS } from "./own/reports.ts";
import { OWN_SCHEMAS } from "./own/schemas.ts";
import { USAGE } from "./own/usage.ts";
import { WATCHING } from "./own/watching.ts";
import { WEBHOOKS } from "./own/webhooks.ts";
import { PARAMETERS } from "./parameters.ts";
import { PROBLEM_RESPONSES, PROBLEM_SCHEMA } from "./problems.ts";
import type { Document, Members, Paths } from "./shape.ts";
import { shareResponses } from "./share-responses.ts";

const DESCRIPTION = `
GEN's API at one address, and the routes that the Worker adds. A successful answer of \`/v1/…\` is GEN's own. A failure is a
problem (RFC 9457) that says what happened, whether credits were spent, what to do, and whether trying again helps.

- Every \`GET\` also accepts \`HEAD\`. \`OPTIONS\` lists the methods. Every answer to a web page has CORS headers.
- A request is answered within its time budget: 25 s, or \`Prefer: wait=N\` seconds.
- \`x-scope\`: the scope that the client needs.
- \`x-charged\`: whether GEN charges credits. Such a call happens once per \`Idempotency-Key\`, even if answers are lost or requests are repeated.
- \`x-replay\`: what the Worker does when GEN's answer is lost. \`safe\`: it repeats the call. \`keyed\`: it repeats the call
  with the same key. \`unsafe\`: it does not repeat the call, and the problem is \`outcome_unknown\`.
- \`x-problems\`: the error codes that one of the Worker's own routes can return.
`.trim();

const OWN_TAGS: Readonly<Record<string, string>> = {
  "The Worker itself": "Routes that need no key.",
  Watching: "Progress of the generations, user jobs and runs that were started through the Worker.",
  Calls: "State of charged calls, and of other calls that must not happen twice.",
  Clients: "Client keys, and the policies that users' tokens name: for operators.",
  Pipelines: "Work that the Worker does by itself, and its runs.",
  Notifications: "Messages that the Worker sends to your own service.",
  Operators: "The switch that stops charges, and who has changed what.",
  Webhooks: "Messages that other services send to the Worker.",
};

const OF_KEY =
  "A client key: `ge_…`. If a browser sends it, the page's origin must be one of the client's origins. For `/docs` that is the Worker's own origin.";

const SECURITY_SCHEMES: Members = {
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: OF_KEY },
  bearer: { type: "http", scheme: "bearer", description: "A client key, or the JSON Web Token of one of your users." },
  ticket: {
    type: "apiKey",
    in: "query",
    name: "ticket",
    description: "Gives access to the events of one generation for an hour.",
  },
};

export function createDocument(): Document {
  return shareResponses({
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
      schemas: {
        Problem: PROBLEM_SCHEMA,
        ...OWN_SCHEMAS,
        ...REPORT_SCHEMAS,
        ...RECONCILIATION_SCHEMAS,
        ...CLIENT_SCHEMAS,
        ...GEN_SCHEMAS,
      },
      responses: PROBLEM_RESPONSES,
      parameters: PARAMETERS,
      headers: HEADERS,
      requestBodies: { Any: ANY_BODY },
      securitySchemes: SECURITY_SCHEMES,
    },
  });
}

function toPaths(): Paths {
  return {
    ...PAGES,
    ...WATCHING,
    ...CALLS,
    ...USAGE,
    ...BUDGETS,
    ...REPORTS,
    ...RECONCILIATION,
    ...CLIENTS,
    ...SETUP_ROUTES,
    ...ACTIVITY,
    ...PIPELINE_ROUTES,
    ...NOTIFICATIONS,
    ...OPERATORS,
    ...WEBHOOKS,
    ...DELIVERIES,
    ...describeForwarded(),
  };
}
