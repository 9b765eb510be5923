import { SCOPES, TIERS } from "../../src/access/policy.ts";
import type { SetupCheck } from "../../src/http/routes/clients/setup-check.ts";
import { inPath, parameter } from "../parameters.ts";
import { content, list, type Members, object, type Paths, schema, words } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Clients";
const who = { scope: "operator" } as const;
const id = inPath("id", "The client's id: the ten characters behind `ge_` in its key. `policy:<name>` for a policy.");
const text: Members = { type: "string" };
const texts = list(text);
const limit: Members = { type: ["number", "string"], description: "A number that is not negative." };
const time: Members = { type: ["string", "null"], format: "date-time" };
const agents: Members = { anyOf: [{ const: "*" }, list({ type: ["string", "number"] })] };
const closed = (properties: Members, required: readonly string[]): Members => ({
  ...object(properties, required),
  additionalProperties: false,
});

/** Members that an answer has only if they are set. */
const BOUNDS: Members = {
  operations: texts,
  sheets: texts,
  generationTypes: texts,
  models: texts,
  maxDurationSeconds: { type: "number" },
  tier: { enum: TIERS },
  chargesPerDay: { type: "integer" },
  maxCredits: { type: "number" },
  creditsPerDay: { type: "number" },
  chargesPerMonth: { type: "integer" },
  creditsPerMonth: { type: "number" },
  prices: {
    type: "object",
    additionalProperties: { type: "number", minimum: 0 },
    description: "What a call counts for that GEN can't estimate: credits by generation type or operation.",
  },
  tag: { ...text, description: "The tag of all its calls." },
  tagRequired: { type: "boolean", description: "Whether its calls that cost credits need a tag." },
  account: text,
};

const ENTRY: Members = {
  id: text,
  kind: { enum: ["client", "policy"], description: "`policy`: not a key, but what users' tokens name." },
  name: text,
  scopes: list({ enum: SCOPES }),
  agents: { anyOf: [{ const: "*" }, texts] },
  origins: texts,
  expiresAt: time,
  ...BOUNDS,
  paused: { const: true },
  createdAt: time,
};
const ALWAYS = ["id", "kind", "expiresAt", "createdAt"];
const key: Members = { ...text, description: "The key. It is in this answer alone, and in that to a repeat." };

export const CLIENT_SCHEMAS: Readonly<Record<string, Members>> = {
  Client: closed(ENTRY, ALWAYS),
  ClientWithKey: closed(
    { ...ENTRY, key, formerUntil: { ...time, description: "Until when the previous key stays valid; null: it ends." } },
    [...ALWAYS, "key"],
  ),
  ClientPolicy: closed(
    {
      name: text,
      scopes: list({ enum: SCOPES }),
      agents,
      origins: texts,
      expiresAt: { type: ["string", "null"], description: "A day, or a time with its zone. Null: never." },
      ...BOUNDS,
      otherTypes: { ...texts, description: "Generation types that this version does not know." },
      sheets: list({ type: ["string", "number"] }),
      maxDurationSeconds: limit,
      chargesPerDay: limit,
      maxCredits: limit,
      creditsPerDay: limit,
      chargesPerMonth: limit,
      creditsPerMonth: limit,
    },
    [],
  ),
  SetupCheck: closed(
    {
      name: words<SetupCheck["name"]>({ configuration: true, key: true, gen: true, bindings: true, plan: true }),
      ok: { type: ["boolean", "null"], description: "Null: can't be known from here." },
      details: { ...texts, description: "What is wrong; of the plan: how many external requests it must allow." },
    },
    ["name", "ok", "details"],
  ),
  FirstKey: closed({ id: text, name: text, key }, ["id", "name", "key"]),
};

const ID = "3kTq9LmZ0a";
const POLICY = { name: "web", scopes: ["read", "generate"], agents: ["42"], origins: ["https://app.example.com"] };
const CLIENT = {
  id: ID,
  kind: "client",
  ...POLICY,
  chargesPerDay: 100,
  expiresAt: "2027-01-01T00:00:00.000Z",
  createdAt: "2026-11-28T10:00:00.000Z",
};
const KEY = { ...CLIENT, key: `ge_${ID}_…` };
const ORIGIN = "From a page of another origin than the Worker's own it is refused.";
const CHANGING = ["bad_request", "body_too_large", "request_timeout", "input_invalid"] as const;
const GRANTING = [...CHANGING, "operation_not_allowed"] as const;
const ORDERING = [...GRANTING, "idempotency_key_reused"] as const;
const MAKERS = "With a user's token, or a key that has a limit a day or a month, it is refused.";

const one = (description: string) => ({ 200: answer(description, content(schema("Client"), CLIENT)) });

export const CLIENTS: Paths = {
  "/v1/clients": {
    get: describeOwn({
      id: "clients.list",
      tag,
      summary: "List clients and policies",
      description: "In the order of their ids. A change may be missing for a minute; `GET` of one shows it at once.",
      who,
      parameters: [parameter("PageLimit"), parameter("Cursor")],
      answers: {
        200: answer(
          "One page.",
          content(
            closed({ clients: list(schema("Client")), next: { ...text, description: "The path of the next page." } }, [
              "clients",
            ]),
            { clients: [CLIENT] },
          ),
        ),
      },
      problems: ["bad_request"],
    }),
    post: describeOwn({
      id: "clients.create",
      tag,
      summary: "Make a client and its key",
      description: `The same rules as \`npm run clients -- add\`; \`errors\` names every mistake. A key that is itself confined (agents, bounds, prices, tier, expiry, account, tag) makes none that reaches further. ${MAKERS} ${ORIGIN}`,
      who,
      parameters: [parameter("NewKey")],
      body: { required: true, content: content(schema("ClientPolicy"), { ...POLICY, chargesPerDay: 100 }) },
      answers: {
        201: answer(
          "The client with its key. `Location` is its address.",
          content(schema("ClientWithKey"), KEY),
          "Location",
          "Idempotent-Replayed",
        ),
      },
      problems: ORDERING,
    }),
  },
  "/v1/clients/{id}": {
    get: describeOwn({
      id: "clients.get",
      tag,
      summary: "Get a client or a policy",
      who,
      parameters: [id],
      answers: one("The client."),
      problems: ["not_found"],
    }),
    put: describeOwn({
      id: "clients.policy",
      tag,
      summary: "Create or replace a policy for users' tokens",
      description: `Only for \`policy:<name>\`: a client's policy never changes. A replaced policy stays paused if it was. ${MAKERS} ${ORIGIN}`,
      who,
      parameters: [id],
      body: { required: true, content: content(schema("ClientPolicy"), POLICY) },
      answers: one("The policy."),
      problems: [...GRANTING, "not_found"],
    }),
    delete: describeOwn({
      id: "clients.revoke",
      tag,
      summary: "Revoke a client or a policy",
      description: `It stops within three minutes. A repeat within a day is answered in the same way. ${ORIGIN}`,
      who,
      parameters: [id],
      answers: { 204: answer("It is revoked.", null) },
      problems: ["not_found"],
    }),
  },
  "/v1/clients/{id}/rotate": {
    post: describeOwn({
      id: "clients.rotate",
      tag,
      summary: "Make a new key for a client",
      description: `The previous key stays valid for \`keep\`: \`24h\`, \`30m\`, \`7d\`, or \`0\`. The one before that stops. ${MAKERS} ${ORIGIN}`,
      who,
      parameters: [id, parameter("NewKey")],
      body: { content: content(closed({ keep: { type: ["string", "number"], default: "24h" } }, []), { keep: "24h" }) },
      answers: {
        200: answer(
          "The client with its new key.",
          content(schema("ClientWithKey"), { ...KEY, formerUntil: "2026-11-29T10:00:00.000Z" }),
          "Idempotent-Replayed",
        ),
      },
      problems: [...ORDERING, "not_found"],
    }),
  },
  "/v1/clients/{id}/pause": {
    post: describeOwn({
      id: "clients.pause",
      tag,
      summary: "Refuse a client's calls that cost credits",
      description: ORIGIN,
      who,
      parameters: [id],
      answers: one("The client, paused."),
      problems: ["not_found"],
    }),
  },
  "/v1/clients/{id}/resume": {
    post: describeOwn({
      id: "clients.resume",
      tag,
      summary: "Allow a client's calls that cost credits again",
      description: ORIGIN,
      who,
      parameters: [id],
      answers: one("The client."),
      problems: ["not_found"],
    }),
  },
};

const SETUP_PROBLEMS = ["unauthorized", "origin_not_allowed", "rate_limited", "route_not_found"] as const;
const SETUP =
  "Needs `Authorization: Bearer` with the value of the secret `SETUP_TOKEN`. 404 without that secret, and for good once a client exists.";

export const SETUP_ROUTES: Paths = {
  "/setup": {
    get: describeOwn({
      id: "setup.check",
      tag: "The Worker itself",
      summary: "Check a new Worker",
      description: `What must be there. ${SETUP}`,
      who: "anybody",
      answers: {
        200: answer(
          "Each check.",
          content(closed({ checks: list(schema("SetupCheck")) }, ["checks"]), {
            checks: [{ name: "gen", ok: true, details: [] }],
          }),
        ),
      },
      problems: SETUP_PROBLEMS,
    }),
    post: describeOwn({
      id: "setup.make",
      tag: "The Worker itself",
      summary: "Make the first two keys, once",
      description: `An operator's key, and a client key whose policy the body may change. A repeat with the same \`Idempotency-Key\` within a day gets the same keys. ${SETUP}`,
      who: "anybody",
      parameters: [parameter("NewKey")],
      body: { content: content(schema("ClientPolicy"), { agents: ["42"], origins: ["https://app.example.com"] }) },
      answers: {
        201: answer(
          "Both keys.",
          content(closed({ operator: schema("FirstKey"), client: schema("FirstKey") }, ["operator", "client"]), {
            operator: { id: "9ZxQ2mKp1B", name: "operator", key: "ge_9ZxQ2mKp1B_…" },
            client: { id: ID, name: "first", key: `ge_${ID}_…` },
          }),
          "Idempotent-Replayed",
        ),
      },
      problems: [...SETUP_PROBLEMS, ...CHANGING, "idempotency_key_reused"],
    }),
  },
  "/setup/{file}": {
    get: describeOwn({
      id: "setup.files",
      tag: "The Worker itself",
      summary: "The set-up page's script and style",
      who: "anybody",
      parameters: [inPath("file", "A script or a style sheet."), parameter("IfNoneMatch")],
      answers: {
        200: answer("The file.", { "*/*": {} }, "ETag"),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, "ETag"),
      },
      problems: ["route_not_found"],
    }),
  },
};
