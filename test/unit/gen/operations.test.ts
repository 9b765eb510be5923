import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/gen/operation.ts";
import { OPERATIONS } from "../../../src/gen/operations.ts";

const operations: readonly Operation[] = OPERATIONS;

const withoutNames = (path: string) => path.replace(/:\w+/g, "*");
const call = ({ method, path }: Operation) => `${method} ${withoutNames(path)}`;
const callsWhere = (holds: (operation: Operation) => boolean) => operations.filter(holds).map(call).sort();

/** Reads "GET POST /rows": one call for each method. */
const calls = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim().split(/ +/))
    .flatMap((words) => words.slice(0, -1).map((method) => `${method} ${words.at(-1)}`))
    .sort();

const repeated = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);

describe("the table", () => {
  it("has every operation that GEN documents, and no other", () => {
    expect(callsWhere(() => true)).toEqual(calls(DOCUMENTED));
  });

  it("gives each operation a name of its own", () => {
    expect(repeated(operations.map(({ name }) => name))).toEqual([]);
  });

  it("gives each method and path one line, whatever its parameters are called", () => {
    expect(repeated(operations.map(call))).toEqual([]);
  });

  it("calls the parameter at one place of a path by one name", () => {
    const names = new Map<string, Set<string>>();
    for (const { path } of operations) {
      for (const { 0: parameter, index } of path.matchAll(/:\w+/g)) {
        const place = withoutNames(path.slice(0, index));
        names.set(place, (names.get(place) ?? new Set()).add(parameter));
      }
    }
    expect([...names].filter(([, called]) => called.size > 1)).toEqual([]);
  });

  it("writes paths as the matcher reads them: behind /v1, without a query or a slash at the end", () => {
    expect(operations.map(({ path }) => path).filter((path) => !/^(\/(:[a-z]+|[a-z0-9_-]+))+$/.test(path))).toEqual([]);
  });

  it("never reaches /platform, which answers with social networks' tokens", () => {
    expect(callsWhere(({ path }) => path.startsWith("/platform"))).toEqual([]);
  });

  it("treats /avatars as /characters", () => {
    const under = (prefix: string) => operations.filter(({ path }) => path.split("/")[1] === prefix);
    const renamed = under("avatars").map((operation) => ({
      ...operation,
      name: operation.name.replace("avatars", "characters"),
      path: operation.path.replace("/avatars", "/characters").replace("talking_loops", "talking_characters"),
    }));
    expect(renamed).toEqual(under("characters"));
  });

  it("sends an operation to the host that serves it", () => {
    expect(callsWhere(({ host }) => host === "agent")).toEqual(calls(ON_AGENT_HOST));
    expect(callsWhere(({ host }) => host === "agent-core")).toEqual(calls(ON_AGENT_CORE_HOST));
  });
});

describe("repeating an operation", () => {
  it("relies on a key in the header, in the body, or on none, exactly where GEN says so", () => {
    expect(callsWhere(({ key }) => key === "header")).toEqual(calls(KEY_IN_HEADER));
    expect(callsWhere(({ key }) => key === "body")).toEqual(calls(KEY_IN_BODY));
    expect(callsWhere(({ key }) => key === "natural")).toEqual(calls(NO_KEY_NEEDED));
  });

  it("is keyed exactly where GEN takes a key", () => {
    const takesKey = ({ key }: Operation) => key === "header" || key === "body";
    expect(callsWhere(({ replay }) => replay === "keyed")).toEqual(callsWhere(takesKey));
  });

  it("is safe for what reads, sets or removes", () => {
    expect(callsWhere(({ method, replay }) => method !== "POST" && replay !== "safe")).toEqual([]);
  });

  it("is safe for no POST but those that converge or only compute", () => {
    const safePosts = callsWhere(({ method, replay, key }) => method === "POST" && replay === "safe" && key === "none");
    expect(safePosts).toEqual(calls(SAFE_POSTS));
  });
});

describe("money", () => {
  it("is taken by exactly the operations that GEN charges for", () => {
    expect(callsWhere(({ charged }) => charged)).toEqual(calls(CHARGED));
  });

  it("is spent later by exactly those that change what GEN charges for later, or start what spends by itself", () => {
    expect(callsWhere(({ spendsLater }) => spendsLater)).toEqual(calls(SPENT_LATER));
    expect(callsWhere(({ charged, spendsLater }) => charged && spendsLater)).toEqual([]);
  });

  it("is never spent twice: a charged operation is not safe to repeat, unless GEN finds the first one", () => {
    expect(callsWhere(({ charged, replay, key }) => charged && replay === "safe" && key !== "natural")).toEqual([]);
  });

  it("is never spent by a client that may only read or edit", () => {
    expect(callsWhere(({ charged, scope }) => charged && (scope === "read" || scope === "edit"))).toEqual([]);
  });
});

describe("an operation", () => {
  it("changes nothing when its scope is the reader's", () => {
    const writes = callsWhere(({ scope, method }) => scope === "read" && method !== "GET");
    expect(writes).toEqual(["POST /user_jobs/estimate", "POST /vidsheet/*/validate_video_layout"]);
  });

  it("has the operator's scope when only an operator may see its answer", () => {
    const secrets = /persisted_tokens|user_organizations|user_shared_agents|integrations|automation_config|backups/;
    expect(callsWhere(({ path, scope }) => secrets.test(path) && scope !== "admin")).toEqual([]);
  });

  it("has the operator's scope when it changes agents, organizations or payments", () => {
    const ruled = /^\/(agents(\/:agent(\/(core|avatars)\b.*)?)?|organizations.*|payment|.*checkout|.*upgrade|x402.*)$/;
    expect(callsWhere(({ path, method, scope }) => ruled.test(path) && method !== "GET" && scope !== "admin")).toEqual(
      [],
    );
  });

  it("has a scope of its own on the agent host", () => {
    expect(callsWhere(({ host, scope }) => host === "agent" && scope !== "ideas")).toEqual(
      calls("POST PUT DELETE /agent/profile"),
    );
  });

  it("takes its agent from the path exactly when the path names one", () => {
    const namesAgent = ({ path }: Operation) => path.split("/").includes(":agent");
    expect(callsWhere(({ agent }) => agent === "path")).toEqual(callsWhere(namesAgent));
  });

  it("needs power over every agent when it shows or changes the whole account", () => {
    expect(callsWhere(({ agent }) => agent === "account")).toEqual(calls(OF_THE_ACCOUNT));
  });

  it("needs power over no agent exactly when it is the same for all clients", () => {
    expect(callsWhere(({ agent }) => agent === "catalogue")).toEqual(calls(OF_NOBODY));
  });

  it("is checked against the owner of an id exactly when that id alone names what it is about", () => {
    expect(callsWhere(({ agent }) => agent === "id")).toEqual(calls(BY_ID));
  });
});

// Written by hand from GEN's documentation, by resource: a line that is lost from the table fails a test.

const DOCUMENTED = `GET /me
  GET /workspaces
  GET POST /agents
  GET /pricing_configs
  GET PATCH PUT DELETE /agents/*
  GET POST /agents/*/avatars
  PATCH DELETE /agents/*/avatars/*
  GET PATCH DELETE /agents/*/core
  POST /agents/*/core/inspiration
  DELETE /agents/*/core/inspiration/*
  POST /agents/*/core/accounts
  DELETE /agents/*/core/accounts/*
  POST /user_shared_agents
  GET PUT DELETE /user_shared_agents/*
  PUT /projects/*/set_project_share
  GET /agents/*/voice/library
  GET POST DELETE /agents/*/voice/integrations/elevenlabs
  POST /agents/*/voice/integrations/elevenlabs/test
  POST /agents/*/voice/design/generate-script
  POST /agents/*/voice/design/generate-description
  POST /agents/*/voice/design/generate-samples
  POST /agents/*/voice/design
  POST /agents/*/voice/clone
  DELETE /agents/*/voice/*
  POST /agents/*/voice/*/preview
  GET /agents/*/voice/preview/*
  GET POST /user_voice_resources
  GET DELETE /user_voice_resources/*
  GET /voice_resources
  GET /voice_resources/*
  POST /generate_voice_sample
  POST /generate_voice_description
  POST /hume_ai_sample
  GET /hume_ai_sample/status
  POST /eleven_labs_job
  GET POST /characters
  GET PATCH DELETE /characters/*
  POST /characters/*/copy
  POST /characters/*/looks
  PATCH DELETE /characters/*/looks/*
  POST /characters/*/talking_characters
  GET PATCH DELETE /characters/*/talking_characters/*
  GET POST /avatars
  GET PATCH DELETE /avatars/*
  POST /avatars/*/copy
  POST /avatars/*/looks
  PATCH DELETE /avatars/*/looks/*
  POST /avatars/*/talking_loops
  GET PATCH DELETE /avatars/*/talking_loops/*
  GET POST /persisted_tokens
  PATCH /persisted_tokens/*
  DELETE /persisted_tokens/*/revoke
  DELETE /persisted_tokens/revoke_all
  GET POST /organizations
  GET PATCH DELETE /organizations/*
  GET POST /organizations/*/user_organizations
  DELETE /organizations/*/user_organizations/*
  GET /credit_balance
  GET /credit_plans
  GET /credit_transactions
  POST /payment
  POST /seat_checkout
  POST /subscription_upgrade
  POST /x402_credit_purchase
  POST /x402_credit_purchase/settle
  POST /vidsheet
  GET PATCH PUT DELETE /vidsheet/*
  POST /vidsheet/*/clone
  POST /vidsheet/from_idea
  GET /vidsheet/build_quote
  POST /vidsheet/*/validate_video_layout
  POST /vidsheet/actions
  GET /vidsheet/action_schema
  POST /vidsheet/*/ask
  GET /vidsheet/*/operations
  GET /vidsheet/*/operations/last
  POST /vidsheet/*/operations/undo
  POST /vidsheet/*/operations/redo
  GET POST /vidsheet/*/rows
  GET PATCH PUT DELETE /vidsheet/*/rows/*
  POST /vidsheet/*/rows/*/duplicate
  PUT /vidsheet/*/rows/update_positions
  PUT /vidsheet/*/rows/mass_update
  GET /vidsheet/*/rows/delta
  POST /vidsheet/*/rows/duplicate_last
  POST /vidsheet/*/rows/seed_test_data
  GET POST /vidsheet/*/columns
  PATCH PUT DELETE /vidsheet/*/columns/*
  POST /vidsheet/*/columns/*/duplicate
  PATCH /vidsheet/*/columns/update_positions
  PUT /vidsheet/*/columns/mass_update
  GET PATCH PUT /vidsheet/*/cells/*
  PUT /vidsheet/*/cells/mass_update
  PATCH /vidsheet/*/cells/*/set_default_user_job
  GET /vidsheet/*/cells/*/available_variables
  POST /vidsheet/*/cells/*/layers
  GET PATCH PUT DELETE /vidsheet/*/cells/*/layers/*
  POST /vidsheet/*/cells/*/layers/*/duplicate
  PUT /vidsheet/*/cells/*/layers/update_positions
  GET POST /vidsheet/*/global_variables
  PATCH PUT DELETE /vidsheet/*/global_variables/*
  POST /vidsheet/*/import_global_variables
  GET /vidsheet/global_variables_template
  POST /vidsheet/*/cells/*/generate
  POST /vidsheet/*/cells/*/layers/*/generate
  POST /vidsheet/*/cells/*/render
  POST /generations/*/continue
  GET /generations/*
  POST /generations/*/stop
  GET /vidsheet/*/generations
  GET /generations/*/lifecycle
  POST /transcriptions
  GET /templates/projects
  GET /templates/projects/*
  POST /templates/spreadsheets/*/clone
  GET POST /content_resources
  GET PATCH DELETE /content_resources/*
  POST /content_resources/from_url
  GET /asset_libraries
  POST /asset_folders
  PATCH DELETE /asset_folders/*
  POST /direct_upload
  GET /sound_libraries
  GET /recommended_sounds
  GET /aura/proxy-locations/countries
  GET /aura/proxy-locations/cities
  GET POST /user_jobs
  GET PUT /user_jobs/*
  POST /user_jobs/estimate
  POST /audio_matching_jobs
  POST /video_recreate_job
  GET PATCH /agents/*/automation_config
  POST /agents/*/automation_config/test_webhook
  POST /agents/*/automation_config/test_callback
  GET POST /remotion_jobs
  POST /schedule/with-post
  GET /schedule/posts
  GET PATCH DELETE /schedule/post/*
  PATCH DELETE /schedule/post/*/published
  GET /schedule/platforms
  POST /social/upload_asset
  POST /agent/run
  GET /agent/runs/*
  POST /agent/runs/*/approve
  POST /agent/runs/*/stop
  GET /agent/conversations
  GET PATCH DELETE /agent/conversations/*
  GET /agent/conversations/*/messages
  GET /agent/conversations/*/runs
  GET PATCH /agent/conversations/*/session-preferences
  GET /agent/conversations/*/pending
  PATCH DELETE /agent/conversations/*/pending/*
  GET /agent/ideas
  GET /agent/ideas/*
  POST /agent/ideas/*/status
  PUT /agent/ideas/*/status/*
  POST /ideas/*/expand
  POST /ideas/generate
  POST /ideas/recreate
  POST /ideas/reimagine
  GET /ideas/jobs/*
  GET /ideas/directions
  POST DELETE /ideas/preferences
  POST /ideas/*/create-video
  POST /research
  POST /analyze/research
  POST /analyze/trends
  POST /analyze/synthesis
  POST /analyze/clip_moments
  GET /analyze/jobs/*
  POST /audio/mixes
  GET POST PUT DELETE /agent/profile
  GET POST PATCH DELETE /agents/*/recurring-jobs
  POST /agents/*/recurring-jobs/defaults
  GET PATCH DELETE /agents/*/recurring-jobs/*
  POST /agents/*/recurring-jobs/*/pause
  POST /agents/*/recurring-jobs/*/resume
  POST /agents/*/recurring-jobs/*/duplicate
  POST /agents/*/recurring-jobs/*/test-run
  GET POST /agents/*/watchlists
  GET PATCH DELETE /agents/*/watchlists/*
  POST DELETE /agents/*/watchlists/*/sources
  DELETE /agents/*/watchlists/*/sources/*
  GET POST /agents/*/proof-of-genesis/backups
  DELETE /agents/*/proof-of-genesis/backups/*
  POST /agents/*/core/complete-profile
  POST /agents/*/core/linked-accounts
  DELETE /agents/*/core/linked-accounts/*
  POST DELETE /agents/*/core/reference-images
  GET /agents/*/monitoring/effective`;

const ON_AGENT_HOST = `POST /agent/run
  GET /agent/runs/*
  POST /agent/runs/*/approve
  POST /agent/runs/*/stop
  GET /agent/conversations
  GET PATCH DELETE /agent/conversations/*
  GET /agent/conversations/*/messages
  GET /agent/conversations/*/runs
  GET PATCH /agent/conversations/*/session-preferences
  GET /agent/conversations/*/pending
  PATCH DELETE /agent/conversations/*/pending/*
  GET /agent/ideas
  GET /agent/ideas/*
  POST /agent/ideas/*/status
  PUT /agent/ideas/*/status/*
  POST /ideas/*/expand
  POST /ideas/*/create-video
  POST /ideas/generate
  POST /ideas/recreate
  POST /ideas/reimagine
  GET /ideas/jobs/*
  GET /ideas/directions
  POST DELETE /ideas/preferences
  POST /research
  POST /analyze/research
  POST /analyze/trends
  POST /analyze/synthesis
  POST /analyze/clip_moments
  GET /analyze/jobs/*
  POST /audio/mixes
  GET POST PUT DELETE /agent/profile
  GET POST PATCH DELETE /agents/*/recurring-jobs
  POST /agents/*/recurring-jobs/defaults
  GET PATCH DELETE /agents/*/recurring-jobs/*
  POST /agents/*/recurring-jobs/*/pause
  POST /agents/*/recurring-jobs/*/resume
  POST /agents/*/recurring-jobs/*/duplicate
  POST /agents/*/recurring-jobs/*/test-run`;

const ON_AGENT_CORE_HOST = `GET POST /agents/*/watchlists
  GET PATCH DELETE /agents/*/watchlists/*
  POST DELETE /agents/*/watchlists/*/sources
  DELETE /agents/*/watchlists/*/sources/*
  GET POST /agents/*/proof-of-genesis/backups
  DELETE /agents/*/proof-of-genesis/backups/*
  DELETE /agents/*/core
  POST /agents/*/core/complete-profile
  POST /agents/*/core/linked-accounts
  DELETE /agents/*/core/linked-accounts/*
  POST DELETE /agents/*/core/reference-images
  GET /agents/*/monitoring/effective`;

const KEY_IN_HEADER = `POST /vidsheet/*/cells/*/generate
  POST /vidsheet/*/cells/*/layers/*/generate
  POST /vidsheet/*/cells/*/render
  POST /generations/*/continue
  POST /vidsheet/actions
  POST /vidsheet/*/rows
  POST /vidsheet/*/rows/*/duplicate
  POST /vidsheet/*/rows/duplicate_last
  POST /vidsheet/*/columns
  POST /schedule/with-post
  POST /characters
  POST /avatars`;

const KEY_IN_BODY = `POST /agents/*/proof-of-genesis/backups
  POST /analyze/research
  POST /analyze/trends
  POST /analyze/synthesis
  POST /ideas/generate
  POST /ideas/recreate
  POST /ideas/reimagine`;

const NO_KEY_NEEDED = `POST /agents/*/watchlists
  POST /agents/*/watchlists/*/sources
  POST /agents/*/recurring-jobs/defaults
  POST /ideas/*/expand
  POST /x402_credit_purchase/settle
  PATCH /schedule/post/*/published`;

const SAFE_POSTS = `POST /user_jobs/estimate
  POST /vidsheet/*/validate_video_layout
  POST /generations/*/stop
  POST /agent/runs/*/stop
  POST /agents/*/recurring-jobs/*/pause
  POST /agents/*/recurring-jobs/*/resume
  POST /agents/*/automation_config/test_webhook
  POST /agents/*/automation_config/test_callback
  POST /agents/*/voice/integrations/elevenlabs/test`;

const CHARGED = `POST /vidsheet/*/cells/*/generate
  POST /vidsheet/*/cells/*/layers/*/generate
  POST /vidsheet/*/cells/*/render
  POST /generations/*/continue
  POST /vidsheet/actions
  POST /vidsheet/*/ask
  POST /transcriptions
  POST /user_jobs
  POST /audio_matching_jobs
  POST /video_recreate_job
  POST /remotion_jobs
  POST /agents/*/voice/design/generate-samples
  POST /agents/*/voice/design
  POST /agents/*/voice/clone
  POST /agents/*/voice/*/preview
  POST /user_voice_resources
  POST /generate_voice_sample
  POST /hume_ai_sample
  POST /eleven_labs_job
  POST /characters
  POST /characters/*/talking_characters
  POST /avatars
  POST /avatars/*/talking_loops
  POST /subscription_upgrade
  POST /x402_credit_purchase/settle
  POST /agent/run
  POST /ideas/generate
  POST /ideas/recreate
  POST /ideas/reimagine
  POST /ideas/*/create-video
  POST /research
  POST /analyze/research
  POST /analyze/trends
  POST /analyze/synthesis
  POST /analyze/clip_moments
  POST /audio/mixes
  POST /agents/*/recurring-jobs/*/test-run
  POST /agents/*/proof-of-genesis/backups`;

const SPENT_LATER = `POST /vidsheet/from_idea
  PUT /user_jobs/*
  PATCH /agent/conversations/*/pending/*
  POST PATCH /agents/*/recurring-jobs
  POST /agents/*/recurring-jobs/defaults
  PATCH /agents/*/recurring-jobs/*
  POST /agents/*/recurring-jobs/*/resume
  POST /agents/*/recurring-jobs/*/duplicate
  POST /agents/*/watchlists
  PATCH /agents/*/watchlists/*
  POST /agents/*/watchlists/*/sources`;

const OF_THE_ACCOUNT = `GET /me
  GET /workspaces
  GET POST /agents
  POST /user_shared_agents
  GET PUT DELETE /user_shared_agents/*
  GET POST /user_voice_resources
  GET DELETE /user_voice_resources/*
  GET POST /persisted_tokens
  PATCH /persisted_tokens/*
  DELETE /persisted_tokens/*/revoke
  DELETE /persisted_tokens/revoke_all
  GET POST /organizations
  GET PATCH DELETE /organizations/*
  GET POST /organizations/*/user_organizations
  DELETE /organizations/*/user_organizations/*
  GET /credit_balance
  GET /credit_transactions
  POST /payment
  POST /seat_checkout
  POST /subscription_upgrade
  POST /x402_credit_purchase
  POST /x402_credit_purchase/settle
  POST /audio/mixes`;

const OF_NOBODY = `GET /pricing_configs
  GET /credit_plans
  GET /voice_resources
  GET /voice_resources/*
  GET /vidsheet/action_schema
  GET /vidsheet/global_variables_template
  GET /templates/projects
  GET /templates/projects/*
  GET /sound_libraries
  GET /recommended_sounds
  GET /aura/proxy-locations/countries
  GET /aura/proxy-locations/cities
  GET /schedule/platforms
  POST /direct_upload`;

const BY_ID = `GET /generations/*
  GET /generations/*/lifecycle
  POST /generations/*/stop
  POST /generations/*/continue
  GET PATCH DELETE /schedule/post/*
  PATCH DELETE /schedule/post/*/published
  PUT /projects/*/set_project_share
  GET /agent/runs/*
  POST /agent/runs/*/approve
  POST /agent/runs/*/stop
  GET PATCH DELETE /agent/conversations/*
  GET /agent/conversations/*/messages
  GET /agent/conversations/*/runs
  GET PATCH /agent/conversations/*/session-preferences
  GET /agent/conversations/*/pending
  PATCH DELETE /agent/conversations/*/pending/*
  GET /agent/ideas/*
  POST /agent/ideas/*/status
  PUT /agent/ideas/*/status/*
  POST /ideas/*/expand
  POST /ideas/*/create-video
  GET /ideas/jobs/*
  GET /analyze/jobs/*`;
