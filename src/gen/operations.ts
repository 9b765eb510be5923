import type { AgentPlace, Host, KeyPlace, Operation, Replay, Scope } from "./operation.ts";

/**
 * Every operation of GEN that may be forwarded, with all properties the rest of the code uses. Unlisted ones are
 * refused. `/platform/*` must never be listed: it answers with social networks' tokens. Source: GEN's reference and
 * OpenAPI document of October 2026, plus what their newer versions leave out. `/autocontentengine/…`, the old name of
 * `/vidsheet/…`, is handled by `match.ts`.
 */

type Row<Name extends string, P extends Path> = Operation & { readonly name: Name; readonly path: P };
type Path = `/${string}`;

const REPEAT = {
  header: { replay: "keyed", key: "header" },
  body: { replay: "keyed", key: "body" },
  natural: { replay: "safe", key: "natural" },
  safe: { replay: "safe", key: "none" },
  unsafe: { replay: "unsafe", key: "none" },
} as const satisfies Record<string, { replay: Replay; key: KeyPlace }>;

/** A read, or a write that sets or removes something: not charged, and a repeat ends in the same state. */
const settled =
  (host: Host, method: "GET" | "PUT" | "PATCH" | "DELETE", spendsLater = false) =>
  <const Name extends string, const P extends Path>(
    path: P,
    name: Name,
    scope: Scope,
    agent: AgentPlace,
    key: "none" | "natural" = "none",
  ): Row<Name, P> => ({ name, method, path, host, scope, replay: "safe", charged: false, spendsLater, key, agent });

/** A POST is unsafe to repeat unless GEN takes a key for it or says that repeats converge. */
const posted =
  (host: Host, charged: boolean, spendsLater = false) =>
  <const Name extends string, const P extends Path>(
    path: P,
    name: Name,
    scope: Scope,
    agent: AgentPlace,
    repeat: keyof typeof REPEAT = "unsafe",
  ): Row<Name, P> => ({ name, method: "POST", path, host, scope, ...REPEAT[repeat], charged, spendsLater, agent });

/** One builder per method. `pay`: a POST that GEN charges for. `later`: costs nothing now and spends later. */
const on = (host: Host) => ({
  get: settled(host, "GET"),
  put: settled(host, "PUT"),
  patch: settled(host, "PATCH"),
  del: settled(host, "DELETE"),
  post: posted(host, false),
  pay: posted(host, true),
  later: { put: settled(host, "PUT", true), patch: settled(host, "PATCH", true), post: posted(host, false, true) },
});

const api = on("api");
const agent = on("agent");
const core = on("agent-core");

/**
 * `/avatars` with `talking_loops` is the old name of the same operations. Creating one may clone a voice, so it is
 * charged. Source: the deprecated names in GEN's OpenAPI document.
 */
// biome-ignore format: one line an operation
const characters = <const Of extends string>(of: Of, talking: string) => [
  api.get(  `/${of}`,                                `${of}.list`,           "read",     "param"),
  api.pay(  `/${of}`,                                `${of}.create`,         "generate", "param", "header"),
  api.get(  `/${of}/:character`,                     `${of}.get`,            "read",     "param"),
  api.patch(`/${of}/:character`,                     `${of}.update`,         "edit",     "param"),
  api.del(  `/${of}/:character`,                     `${of}.delete`,         "edit",     "param"),
  api.post( `/${of}/:character/copy`,                `${of}.copy`,           "edit",     "param"),
  api.post( `/${of}/:character/looks`,               `${of}.looks.create`,   "edit",     "param"),
  api.patch(`/${of}/:character/looks/:look`,         `${of}.looks.update`,   "edit",     "param"),
  api.del(  `/${of}/:character/looks/:look`,         `${of}.looks.delete`,   "edit",     "param"),
  api.pay(  `/${of}/:character/${talking}`,          `${of}.talking.create`, "generate", "param"),
  api.get(  `/${of}/:character/${talking}/:talking`, `${of}.talking.get`,    "read",     "param"),
  api.patch(`/${of}/:character/${talking}/:talking`, `${of}.talking.update`, "edit",     "param"),
  api.del(  `/${of}/:character/${talking}/:talking`, `${of}.talking.delete`, "edit",     "param"),
] as const;

/** Columns: path, name, scope, agent; for a POST also what makes a repeat harmless. */
// biome-ignore format: one line an operation
export const OPERATIONS = [
  // Discovery
  api.get("/me",              "me.get",          "read", "account"),
  api.get("/workspaces",      "workspaces.list", "read", "account"),
  api.get("/agents",          "agents.list",     "read", "account"),
  api.get("/pricing_configs", "pricing.list",    "read", "catalogue"),

  // Agents
  api.post( "/agents",                                      "agents.create",                  "admin", "account"),
  api.get(  "/agents/:agent",                               "agents.get",                     "read",  "path"),
  api.patch("/agents/:agent",                               "agents.update",                  "admin", "path"),
  api.put(  "/agents/:agent",                               "agents.replace",                 "admin", "path"),
  api.del(  "/agents/:agent",                               "agents.delete",                  "admin", "path"),
  api.get(  "/agents/:agent/avatars",                       "agents.photos.list",             "read",  "path"),
  api.post( "/agents/:agent/avatars",                       "agents.photos.create",           "admin", "path"),
  api.patch("/agents/:agent/avatars/:photo",                "agents.photos.make_primary",     "admin", "path"),
  api.del(  "/agents/:agent/avatars/:photo",                "agents.photos.delete",           "admin", "path"),
  api.get(  "/agents/:agent/core",                          "agents.core.get",                "read",  "path"),
  api.patch("/agents/:agent/core",                          "agents.core.update",             "admin", "path"),
  core.del( "/agents/:agent/core",                          "agents.core.reset",              "admin", "path"),
  core.post("/agents/:agent/core/complete-profile",         "agents.core.complete_profile",   "admin", "path"),
  api.post( "/agents/:agent/core/inspiration",              "agents.core.inspiration.add",    "admin", "path"),
  api.del(  "/agents/:agent/core/inspiration/:source",      "agents.core.inspiration.remove", "admin", "path"),
  api.post( "/agents/:agent/core/accounts",                 "agents.core.accounts.add",       "admin", "path"),
  api.del(  "/agents/:agent/core/accounts/:account",        "agents.core.accounts.remove",    "admin", "path"),
  core.post("/agents/:agent/core/linked-accounts",          "agents.core.linked.add",         "admin", "path"),
  core.del( "/agents/:agent/core/linked-accounts/:account", "agents.core.linked.remove",      "admin", "path"),
  core.post("/agents/:agent/core/reference-images",         "agents.core.images.add",         "admin", "path"),
  core.del( "/agents/:agent/core/reference-images",         "agents.core.images.remove",      "admin", "path"),
  core.get( "/agents/:agent/monitoring/effective",          "agents.monitoring.get",          "read",  "path"),

  // Sharing
  api.post("/user_shared_agents",                  "shares.create",  "admin", "account"),
  api.get( "/user_shared_agents/:share",           "shares.get",     "admin", "account"),
  api.put( "/user_shared_agents/:share",           "shares.replace", "admin", "account"),
  api.del( "/user_shared_agents/:share",           "shares.delete",  "admin", "account"),
  api.put( "/projects/:project/set_project_share", "projects.share", "admin", "id"),

  // Automation
  api.get(  "/agents/:agent/automation_config",               "automation.get",           "admin", "path"),
  api.patch("/agents/:agent/automation_config",               "automation.update",        "admin", "path"),
  api.post( "/agents/:agent/automation_config/test_webhook",  "automation.test_webhook",  "admin", "path", "safe"),
  api.post( "/agents/:agent/automation_config/test_callback", "automation.test_callback", "admin", "path", "safe"),

  // Voices: an agent's own ElevenLabs account
  api.get( "/agents/:agent/voice/integrations/elevenlabs",      "voices.elevenlabs.get",     "admin", "path"),
  api.post("/agents/:agent/voice/integrations/elevenlabs",      "voices.elevenlabs.connect", "admin", "path"),
  api.del( "/agents/:agent/voice/integrations/elevenlabs",      "voices.elevenlabs.delete",  "admin", "path"),
  api.post("/agents/:agent/voice/integrations/elevenlabs/test", "voices.elevenlabs.test",    "admin", "path", "safe"),

  // Voices of an agent
  api.get( "/agents/:agent/voice/library",                     "voices.shelf",              "read",     "path"),
  api.post("/agents/:agent/voice/design/generate-script",      "voices.design.script",      "generate", "path"),
  api.post("/agents/:agent/voice/design/generate-description", "voices.design.description", "generate", "path"),
  api.pay( "/agents/:agent/voice/design/generate-samples",     "voices.design.samples",     "generate", "path"),
  api.pay( "/agents/:agent/voice/design",                      "voices.design.save",        "generate", "path"),
  api.pay( "/agents/:agent/voice/clone",                       "voices.clone",              "generate", "path"),
  api.del( "/agents/:agent/voice/:voice",                      "voices.delete",             "edit",     "path"),
  api.pay( "/agents/:agent/voice/:voice/preview",              "voices.preview.start",      "generate", "path"),
  api.get( "/agents/:agent/voice/preview/:job",                "voices.preview.get",        "read",     "path"),

  // Voices of the account, and the public ones
  api.get( "/user_voice_resources",        "user_voices.list",       "read",     "account"),
  api.pay( "/user_voice_resources",        "user_voices.create",     "generate", "account"),
  api.get( "/user_voice_resources/:voice", "user_voices.get",        "read",     "account"),
  api.del( "/user_voice_resources/:voice", "user_voices.delete",     "edit",     "account"),
  api.get( "/voice_resources",             "public_voices.list",     "read",     "catalogue"),
  api.get( "/voice_resources/:voice",      "public_voices.get",      "read",     "catalogue"),
  api.pay( "/generate_voice_sample",       "voice_jobs.sample",      "generate", "param"),
  api.post("/generate_voice_description",  "voice_jobs.description", "generate", "param"),
  api.pay( "/hume_ai_sample",              "voice_jobs.hume.start",  "generate", "param"),
  api.get( "/hume_ai_sample/status",       "voice_jobs.hume.get",    "read",     "param"),
  api.pay( "/eleven_labs_job",             "voice_jobs.elevenlabs",  "generate", "param"),

  // Characters
  ...characters("characters", "talking_characters"),
  ...characters("avatars", "talking_loops"),

  // Tokens
  api.get(  "/persisted_tokens",               "tokens.list",       "admin", "account"),
  api.post( "/persisted_tokens",               "tokens.create",     "admin", "account"),
  api.patch("/persisted_tokens/:token",        "tokens.update",     "admin", "account"),
  api.del(  "/persisted_tokens/:token/revoke", "tokens.revoke",     "admin", "account"),
  api.del(  "/persisted_tokens/revoke_all",    "tokens.revoke_all", "admin", "account"),

  // Organizations
  api.get(  "/organizations",                                          "organizations.list",   "read",  "account"),
  api.post( "/organizations",                                          "organizations.create", "admin", "account"),
  api.get(  "/organizations/:organization",                            "organizations.get",    "read",  "account"),
  api.patch("/organizations/:organization",                            "organizations.update", "admin", "account"),
  api.del(  "/organizations/:organization",                            "organizations.delete", "admin", "account"),
  api.get(  "/organizations/:organization/user_organizations",         "members.list",         "admin", "account"),
  api.post( "/organizations/:organization/user_organizations",         "members.add",          "admin", "account"),
  api.del(  "/organizations/:organization/user_organizations/:member", "members.remove",       "admin", "account"),

  // Billing: `pay` is real money here; the other POSTs only create a link or a quote
  api.get( "/credit_balance",              "credits.balance",      "read",  "account"),
  api.get( "/credit_plans",                "credits.plans",        "read",  "catalogue"),
  api.get( "/credit_transactions",         "credits.transactions", "read",  "account"),
  api.post("/payment",                     "credits.payment_link", "admin", "account"),
  api.post("/seat_checkout",               "seats.checkout",       "admin", "account"),
  api.pay( "/subscription_upgrade",        "subscription.upgrade", "admin", "account"),
  api.post("/x402_credit_purchase",        "credits.x402.quote",   "admin", "account"),
  api.pay( "/x402_credit_purchase/settle", "credits.x402.settle",  "admin", "account",  "natural"),

  // Sheets: building a sheet from an idea is charged at a price that GEN quotes
  api.post(      "/vidsheet",                              "sheets.create",           "edit", "param"),
  api.later.post("/vidsheet/from_idea",                    "sheets.create_from_idea", "edit", "param"),
  api.get(       "/vidsheet/build_quote",                  "sheets.build_quote",      "read", "param"),
  api.get(       "/vidsheet/:sheet",                       "sheets.get",              "read", "param"),
  api.patch(     "/vidsheet/:sheet",                       "sheets.update",           "edit", "param"),
  api.put(       "/vidsheet/:sheet",                       "sheets.replace",          "edit", "param"),
  api.del(       "/vidsheet/:sheet",                       "sheets.delete",           "edit", "param"),
  api.post(      "/vidsheet/:sheet/clone",                 "sheets.clone",            "edit", "param"),
  api.post(      "/vidsheet/:sheet/validate_video_layout", "sheets.validate_layout",  "read", "param", "safe"),

  // Sheet actions: GEN regenerates what depends on an edit, so even an edit may spend
  api.pay("/vidsheet/actions",       "sheets.act",           "generate", "param",    "header"),
  api.get("/vidsheet/action_schema", "sheets.action_schema", "read",     "catalogue"),
  api.pay("/vidsheet/:sheet/ask",    "sheets.ask",           "generate", "param"),

  // Undo
  api.get( "/vidsheet/:sheet/operations",      "history.list", "read", "param"),
  api.get( "/vidsheet/:sheet/operations/last", "history.last", "read", "param"),
  api.post("/vidsheet/:sheet/operations/undo", "history.undo", "edit", "param"),
  api.post("/vidsheet/:sheet/operations/redo", "history.redo", "edit", "param"),

  // Rows
  api.get(  "/vidsheet/:sheet/rows",                  "rows.list",           "read", "param"),
  api.post( "/vidsheet/:sheet/rows",                  "rows.create",         "edit", "param", "header"),
  api.get(  "/vidsheet/:sheet/rows/delta",            "rows.delta",          "read", "param"),
  api.post( "/vidsheet/:sheet/rows/duplicate_last",   "rows.duplicate_last", "edit", "param", "header"),
  api.post( "/vidsheet/:sheet/rows/seed_test_data",   "rows.seed_test_data", "edit", "param"),
  api.put(  "/vidsheet/:sheet/rows/update_positions", "rows.reorder",        "edit", "param"),
  api.put(  "/vidsheet/:sheet/rows/mass_update",      "rows.mass_update",    "edit", "param"),
  api.get(  "/vidsheet/:sheet/rows/:row",             "rows.get",            "read", "param"),
  api.patch("/vidsheet/:sheet/rows/:row",             "rows.update",         "edit", "param"),
  api.put(  "/vidsheet/:sheet/rows/:row",             "rows.replace",        "edit", "param"),
  api.del(  "/vidsheet/:sheet/rows/:row",             "rows.delete",         "edit", "param"),
  api.post( "/vidsheet/:sheet/rows/:row/duplicate",   "rows.duplicate",      "edit", "param", "header"),

  // Columns
  api.get(  "/vidsheet/:sheet/columns",                   "columns.list",        "read", "param"),
  api.post( "/vidsheet/:sheet/columns",                   "columns.create",      "edit", "param", "header"),
  api.patch("/vidsheet/:sheet/columns/update_positions",  "columns.reorder",     "edit", "param"),
  api.put(  "/vidsheet/:sheet/columns/mass_update",       "columns.mass_update", "edit", "param"),
  api.patch("/vidsheet/:sheet/columns/:column",           "columns.update",      "edit", "param"),
  api.put(  "/vidsheet/:sheet/columns/:column",           "columns.replace",     "edit", "param"),
  api.del(  "/vidsheet/:sheet/columns/:column",           "columns.delete",      "edit", "param"),
  api.post( "/vidsheet/:sheet/columns/:column/duplicate", "columns.duplicate",   "edit", "param"),

  // Cells
  api.put(  "/vidsheet/:sheet/cells/mass_update",                "cells.mass_update", "edit",     "param"),
  api.get(  "/vidsheet/:sheet/cells/:cell",                      "cells.get",         "read",     "param"),
  api.patch("/vidsheet/:sheet/cells/:cell",                      "cells.update",      "edit",     "param"),
  api.put(  "/vidsheet/:sheet/cells/:cell",                      "cells.replace",     "edit",     "param"),
  api.patch("/vidsheet/:sheet/cells/:cell/set_default_user_job", "cells.set_default", "edit",     "param"),
  api.get(  "/vidsheet/:sheet/cells/:cell/available_variables",  "cells.variables",   "read",     "param"),
  api.pay(  "/vidsheet/:sheet/cells/:cell/generate",             "cells.generate",    "generate", "param", "header"),
  api.pay(  "/vidsheet/:sheet/cells/:cell/render",               "cells.render",      "generate", "param", "header"),

  // Layers
  api.post( "/vidsheet/:sheet/cells/:cell/layers",                  "layers.create",    "edit",     "param"),
  api.put(  "/vidsheet/:sheet/cells/:cell/layers/update_positions", "layers.reorder",   "edit",     "param"),
  api.get(  "/vidsheet/:sheet/cells/:cell/layers/:layer",           "layers.get",       "read",     "param"),
  api.patch("/vidsheet/:sheet/cells/:cell/layers/:layer",           "layers.update",    "edit",     "param"),
  api.put(  "/vidsheet/:sheet/cells/:cell/layers/:layer",           "layers.replace",   "edit",     "param"),
  api.del(  "/vidsheet/:sheet/cells/:cell/layers/:layer",           "layers.delete",    "edit",     "param"),
  api.post( "/vidsheet/:sheet/cells/:cell/layers/:layer/duplicate", "layers.duplicate", "edit",     "param"),
  api.pay(  "/vidsheet/:sheet/cells/:cell/layers/:layer/generate",  "layers.generate",  "generate", "param", "header"),

  // Variables
  api.get(  "/vidsheet/:sheet/global_variables",           "variables.list",     "read", "param"),
  api.post( "/vidsheet/:sheet/global_variables",           "variables.create",   "edit", "param"),
  api.patch("/vidsheet/:sheet/global_variables/:variable", "variables.update",   "edit", "param"),
  api.put(  "/vidsheet/:sheet/global_variables/:variable", "variables.replace",  "edit", "param"),
  api.del(  "/vidsheet/:sheet/global_variables/:variable", "variables.delete",   "edit", "param"),
  api.post( "/vidsheet/:sheet/import_global_variables",    "variables.import",   "edit", "param"),
  api.get(  "/vidsheet/global_variables_template",         "variables.template", "read", "catalogue"),

  // Generations
  api.get( "/vidsheet/:sheet/generations",       "generations.list",      "read",     "param"),
  api.get( "/generations/:generation",           "generations.get",       "read",     "id"),
  api.get( "/generations/:generation/lifecycle", "generations.lifecycle", "read",     "id"),
  api.post("/generations/:generation/stop",      "generations.stop",      "generate", "id",   "safe"),
  api.pay( "/generations/:generation/continue",  "generations.continue",  "generate", "id",   "header"),
  api.pay( "/transcriptions",                    "transcriptions.create", "generate", "param"),

  // Templates
  api.get( "/templates/projects",                 "templates.list",  "read", "catalogue"),
  api.get( "/templates/projects/:slug",           "templates.get",   "read", "catalogue"),
  api.post("/templates/spreadsheets/:slug/clone", "templates.clone", "edit", "param"),

  // Resources
  api.get(  "/content_resources",           "resources.list",   "read", "param"),
  api.post( "/content_resources",           "resources.create", "edit", "param"),
  api.post( "/content_resources/from_url",  "resources.import", "edit", "param"),
  api.get(  "/content_resources/:resource", "resources.get",    "read", "param"),
  api.patch("/content_resources/:resource", "resources.update", "edit", "param"),
  api.del(  "/content_resources/:resource", "resources.delete", "edit", "param"),
  api.get(  "/asset_libraries",             "assets.list",      "read", "param"),
  api.post( "/asset_folders",               "folders.create",   "edit", "param"),
  api.patch("/asset_folders/:folder",       "folders.update",   "edit", "param"),
  api.del(  "/asset_folders/:folder",       "folders.delete",   "edit", "param"),
  // Takes no agent: an upload belongs to none until it becomes a resource.
  api.post( "/direct_upload",               "uploads.create",   "edit", "catalogue"),

  // Sounds, places
  api.get("/sound_libraries",                "sounds.list",        "read", "catalogue"),
  api.get("/recommended_sounds",             "sounds.recommended", "read", "catalogue"),
  api.get("/aura/proxy-locations/countries", "places.countries",   "read", "catalogue"),
  api.get("/aura/proxy-locations/cities",    "places.cities",      "read", "catalogue"),

  // User jobs: one POST for publishing, monitoring and generating; only the body tells them apart. A PUT can turn a
  // pending job into another one with another price
  api.get(      "/user_jobs",           "user_jobs.list",          "read",     "param"),
  api.pay(      "/user_jobs",           "user_jobs.create",        "publish",  "param"),
  api.post(     "/user_jobs/estimate",  "user_jobs.estimate",      "read",     "param", "safe"),
  api.get(      "/user_jobs/:job",      "user_jobs.get",           "read",     "param"),
  api.later.put("/user_jobs/:job",      "user_jobs.replace",       "publish",  "param"),
  api.pay(      "/audio_matching_jobs", "audio_matching.create",   "generate", "param"),
  api.pay(      "/video_recreate_job",  "video_recreation.create", "generate", "param"),
  api.get(      "/remotion_jobs",       "remotion_jobs.list",      "read",     "param"),
  api.pay(      "/remotion_jobs",       "remotion_jobs.create",    "generate", "param"),

  // Posts
  api.post( "/schedule/with-post",            "posts.create",           "publish", "param",    "header"),
  api.get(  "/schedule/posts",                "posts.list",             "read",    "param"),
  api.get(  "/schedule/platforms",            "posts.platforms",        "read",    "catalogue"),
  api.get(  "/schedule/post/:post",           "posts.get",              "read",    "id"),
  api.patch("/schedule/post/:post",           "posts.update",           "publish", "id"),
  api.del(  "/schedule/post/:post",           "posts.delete",           "publish", "id"),
  api.patch("/schedule/post/:post/published", "posts.update_published", "publish", "id",       "natural"),
  api.del(  "/schedule/post/:post/published", "posts.delete_published", "publish", "id"),
  api.post( "/social/upload_asset",           "posts.upload_asset",     "publish", "param"),

  // Runs
  agent.pay( "/agent/run",               "runs.create",  "ideas", "param"),
  agent.get( "/agent/runs/:run",         "runs.get",     "ideas", "id"),
  agent.post("/agent/runs/:run/approve", "runs.approve", "ideas", "id"),
  agent.post("/agent/runs/:run/stop",    "runs.stop",    "ideas", "id",   "safe"),

  // Conversations
  agent.get(  "/agent/conversations",                        "conversations.list",     "ideas", "param"),
  agent.get(  "/agent/conversations/:conversation",          "conversations.get",      "ideas", "id"),
  agent.patch("/agent/conversations/:conversation",          "conversations.update",   "ideas", "id"),
  agent.del(  "/agent/conversations/:conversation",          "conversations.delete",   "ideas", "id"),
  agent.get(  "/agent/conversations/:conversation/messages", "conversations.messages", "ideas", "id"),
  agent.get(  "/agent/conversations/:conversation/runs",     "conversations.runs",     "ideas", "id"),

  // Conversations: preferences, and queued messages: each will become a run
  agent.get(        "/agent/conversations/:conversation/session-preferences", "conversations.preferences.get", "ideas", "id"),
  agent.patch(      "/agent/conversations/:conversation/session-preferences", "conversations.preferences.set", "ideas", "id"),
  agent.get(        "/agent/conversations/:conversation/pending",             "conversations.pending.list",    "ideas", "id"),
  agent.later.patch("/agent/conversations/:conversation/pending/:message",    "conversations.pending.update",  "ideas", "id"),
  agent.del(        "/agent/conversations/:conversation/pending/:message",    "conversations.pending.delete",  "ideas", "id"),

  // Ideas
  agent.get( "/agent/ideas",                      "ideas.list",               "ideas", "param"),
  agent.get( "/agent/ideas/:idea",                "ideas.get",                "ideas", "id"),
  // Moves the idea to the next status: a repeat would move it two steps.
  agent.post("/agent/ideas/:idea/status",         "ideas.advance_status",     "ideas", "id"),
  agent.put( "/agent/ideas/:idea/status/:status", "ideas.set_status",         "ideas", "id"),
  agent.post("/ideas/:idea/expand",               "ideas.expand",             "ideas", "id",    "natural"),
  agent.pay( "/ideas/:idea/create-video",         "ideas.create_video",       "ideas", "id"),
  agent.pay( "/ideas/generate",                   "ideas.generate",           "ideas", "param", "body"),
  agent.pay( "/ideas/recreate",                   "ideas.recreate",           "ideas", "param", "body"),
  agent.pay( "/ideas/reimagine",                  "ideas.reimagine",          "ideas", "param", "body"),
  agent.get( "/ideas/jobs/:job",                  "ideas.jobs.get",           "ideas", "id"),
  agent.get( "/ideas/directions",                 "ideas.directions",         "ideas", "param"),
  agent.post("/ideas/preferences",                "ideas.preferences.add",    "ideas", "param"),
  agent.del( "/ideas/preferences",                "ideas.preferences.remove", "ideas", "param"),

  // Research
  agent.pay("/research",             "research.create",       "ideas", "param"),
  agent.pay("/analyze/research",     "analyses.research",     "ideas", "param", "body"),
  agent.pay("/analyze/trends",       "analyses.trends",       "ideas", "param", "body"),
  agent.pay("/analyze/synthesis",    "analyses.synthesis",    "ideas", "param", "body"),
  agent.pay("/analyze/clip_moments", "analyses.clip_moments", "ideas", "param"),
  agent.get("/analyze/jobs/:job",    "analyses.get",          "ideas", "id"),

  // Song mixes: requests have no field for an agent
  agent.pay("/audio/mixes", "mixes.create", "ideas", "account"),

  // Agent profile: the old endpoint for an agent's core, so changes need the same scope
  agent.get( "/agent/profile", "profile.get",     "ideas", "param"),
  agent.post("/agent/profile", "profile.create",  "admin", "param"),
  agent.put( "/agent/profile", "profile.replace", "admin", "param"),
  agent.del( "/agent/profile", "profile.delete",  "admin", "param"),

  // Recurring jobs: GEN charges for the runs they start later; only a test run starts at once
  agent.get(        "/agents/:agent/recurring-jobs",                "recurring.list",            "ideas", "path"),
  agent.later.post( "/agents/:agent/recurring-jobs",                "recurring.create",          "ideas", "path"),
  agent.later.patch("/agents/:agent/recurring-jobs",                "recurring.update_by_name",  "ideas", "path"),
  agent.del(        "/agents/:agent/recurring-jobs",                "recurring.delete_by_name",  "ideas", "path"),
  agent.later.post( "/agents/:agent/recurring-jobs/defaults",       "recurring.ensure_defaults", "ideas", "path", "natural"),
  agent.get(        "/agents/:agent/recurring-jobs/:job",           "recurring.get",             "ideas", "path"),
  agent.later.patch("/agents/:agent/recurring-jobs/:job",           "recurring.update",          "ideas", "path"),
  agent.del(        "/agents/:agent/recurring-jobs/:job",           "recurring.delete",          "ideas", "path"),
  agent.post(       "/agents/:agent/recurring-jobs/:job/pause",     "recurring.pause",           "ideas", "path", "safe"),
  agent.later.post( "/agents/:agent/recurring-jobs/:job/resume",    "recurring.resume",          "ideas", "path", "safe"),
  agent.later.post( "/agents/:agent/recurring-jobs/:job/duplicate", "recurring.duplicate",       "ideas", "path"),
  agent.pay(        "/agents/:agent/recurring-jobs/:job/test-run",  "recurring.test_run",        "ideas", "path"),

  // Watchlists: they spend later, like recurring jobs, so they need the same scope
  core.get(        "/agents/:agent/watchlists",                     "watchlists.list",           "read",  "path"),
  core.later.post( "/agents/:agent/watchlists",                     "watchlists.create",         "ideas", "path", "natural"),
  core.get(        "/agents/:agent/watchlists/:list",               "watchlists.get",            "read",  "path"),
  core.later.patch("/agents/:agent/watchlists/:list",               "watchlists.update",         "ideas", "path"),
  core.del(        "/agents/:agent/watchlists/:list",               "watchlists.delete",         "ideas", "path"),
  core.later.post( "/agents/:agent/watchlists/:list/sources",       "watchlists.add_source",     "ideas", "path", "natural"),
  core.del(        "/agents/:agent/watchlists/:list/sources",       "watchlists.remove_sources", "ideas", "path"),
  core.del(        "/agents/:agent/watchlists/:list/sources/:item", "watchlists.remove_source",  "ideas", "path"),

  // Backups
  core.get("/agents/:agent/proof-of-genesis/backups",         "backups.list",   "admin", "path"),
  core.pay("/agents/:agent/proof-of-genesis/backups",         "backups.create", "admin", "path", "body"),
  core.del("/agents/:agent/proof-of-genesis/backups/:backup", "backups.delete", "admin", "path"),
] as const satisfies readonly Operation[];

export type OperationName = (typeof OPERATIONS)[number]["name"];

type NamesIn<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** The parameters in this operation's path: `{ sheet, cell }` for `/vidsheet/:sheet/cells/:cell`. */
export type PathParams<Name extends OperationName> = Readonly<
  Record<NamesIn<Extract<(typeof OPERATIONS)[number], { name: Name }>["path"]>, string>
>;

const BY_NAME: ReadonlyMap<string, Operation> = new Map(OPERATIONS.map((operation) => [operation.name, operation]));

export function findOperation(name: OperationName): Operation {
  const operation = BY_NAME.get(name);
  if (operation === undefined) throw new Error(`No operation ${name}`);
  return operation;
}

const X402_QUOTE: OperationName = "credits.x402.quote";

/** Statuses that are an answer though they look like a failure: a person must confirm (428), or a price was asked for (402). */
export function listAnswerStatuses({ name }: Operation): readonly number[] {
  return name === X402_QUOTE ? [402, 428] : [428];
}

/**
 * Where the idempotency key of a call stands: where GEN documents it; of what is charged in the header all the same, because GEN's credits guide
 * asks for it there. Null: GEN is sent none.
 */
export function selectKeyPlace({ charged, key }: Operation): "header" | "body" | null {
  if (key === "body" || key === "header") return key;
  return charged ? "header" : null;
}
