import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Answer, type Client, clientOf, type Send } from "../../simulator/client.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";

let simulator: Simulator;
let gen: Client;

beforeAll(async () => {
  simulator = await startSimulator();
  gen = clientOf(simulator);
});
beforeEach(() => simulator.control.reset());
afterAll(() => simulator.close());

const body = (value: unknown): Send => ({ body: value });
const agent = (value: unknown): Send => ({ host: "agent", body: value });
const TEXT = { generation_type: "text", data: { prompt: "A dog" } };
const VIDEO = { generation_type: "video_from_text", data: { prompt: "A dog" } };
const CELL = "/vidsheet/101/cells/10112";
const POST = { agent_id: 42, platform: ["tiktok"], schedule_type: "now", strict: true };
const UNDO = "POST /vidsheet/101/operations/undo?agent_id=42";
const REDO = "POST /vidsheet/101/operations/redo?agent_id=42";

const generate = () => gen(`POST ${CELL}/generate?agent_id=42`, body(TEXT));
const rename = (title: string) => gen("PATCH /vidsheet/101?agent_id=42", body({ title }));
const changeSets = async () =>
  (await gen("GET /vidsheet/101/operations?agent_id=42")).json.operations.map(
    (one: { change_set_id: string }) => one.change_set_id,
  );
const upload = (name: string, file: File): Send => {
  const form = new FormData();
  form.set(name, file);
  return { body: form };
};
const runIn = (conversation_id: string) =>
  gen("POST /agent/run", agent({ agent_id: 42, message: "Hi", conversation_id }));
const queueTwo = async () => {
  await runIn("conv_1");
  return (await runIn("conv_1")).json.pending_id;
};

type Case = readonly [code: string, status: number, last: () => Promise<Answer>];

const CASES: readonly Case[] = [
  ["unauthorized", 401, () => gen("GET /me", { headers: { "x-api-key": "wrong" } })],
  ["permission_denied", 403, () => gen("GET /agents/46")],
  ["forbidden", 403, () => gen("GET /agents/45")],
  ["not_found", 404, () => gen("GET /generations/1")],
  ["spreadsheet_not_found", 404, () => gen("GET /vidsheet/sheet_123?agent_id=42")],
  ["project_not_found", 404, () => gen("GET /templates/projects/none")],
  ["user_job_not_found", 404, () => gen("GET /user_jobs/1?agent_id=42")],
  ["user_voice_resource_not_found", 404, () => gen("GET /user_voice_resources/1")],
  ["agent_not_found", 404, () => gen("GET /agents/1")],
  ["character_not_found", 404, () => gen("GET /characters/1")],
  ["look_not_found", 404, () => gen("PATCH /characters/801/looks/1", body({ name: "x" }))],
  ["talking_character_not_found", 404, () => gen("GET /characters/801/talking_characters/1")],
  ["avatar_not_found", 404, () => gen("GET /avatars/1")],
  ["agent_not_found", 422, () => gen("GET /vidsheet/101?agent_id=1")],
  ["organization_not_found", 422, () => gen("GET /organizations/1")],
  ["usable_gen_credit_required", 422, () => gen("GET /vidsheet/102?agent_id=43")],
  ["no_active_credit_purchase", 422, () => gen("POST /schedule/with-post", body({ ...POST, agent_id: 43 }))],
  [
    "no_active_credit_purchase",
    422,
    () => gen("POST /agents/43/watchlists", { host: "agent-core", body: { name: "x" } }),
  ],
  ["insufficient_credits_for_job", 422, () => gen("POST /vidsheet/103/cells/10312/generate?agent_id=44", body(VIDEO))],
  [
    "job_cannot_be_stopped",
    422,
    async () => {
      await generate();
      simulator.control.setGeneration(9000, { status: "completed" });
      return gen("POST /generations/9000/stop", body({ agent_id: 42 }));
    },
  ],
  [
    "job_status_invalid",
    422,
    async () => {
      await generate();
      return gen("POST /generations/9000/continue", { body: { agent_id: 42 }, key: "c" });
    },
  ],
  [
    "validation_error",
    422,
    () => gen(`POST ${CELL}/generate?agent_id=42`, body({ generation_type: "text", data: {} })),
  ],
  ["file_size_exceeded", 422, () => gen("POST /direct_upload", body({ filename: "a.mp4", byte_size: 6 * 1024 ** 3 }))],
  [
    "invalid_content_type",
    422,
    () => gen("POST /content_resources", upload("file", new File(["x"], "a.html", { type: "text/html" }))),
  ],
  [
    "voice_id_required",
    422,
    () => gen(`POST ${CELL}/generate?agent_id=42`, body({ generation_type: "speech_from_text", data: { text: "Hi" } })),
  ],
  ["invalid_api_key", 422, () => gen("POST /agents/42/voice/integrations/elevenlabs", body({ api_key: "wrong" }))],
  ["invalid_key", 400, () => gen("POST /agents/42/voice/integrations/elevenlabs/test", body({ api_key: "wrong" }))],
  ["agent_creation_failed", 422, () => gen("POST /agents", body({ agent: { workspace_id: 7 } }))],
  ["agent_update_failed", 422, () => gen("PATCH /agents/42", body({ agent: { name: "" } }))],
  ["avatar_creation_failed", 422, () => gen("POST /agents/42/avatars", upload("other", new File(["x"], "a.png")))],
  ["avatar_update_failed", 422, () => gen("PATCH /avatars/801", body({ name: "" }))],
  ["content_resource_creation_failed", 422, () => gen("POST /content_resources/from_url", body({ url: "no" }))],
  ["direct_upload_failed", 422, () => gen("POST /direct_upload", body({}))],
  [
    "folder_removal_failed",
    422,
    async () => {
      const { id } = (await gen("POST /asset_folders", body({ name: "A" }))).json;
      await gen("PATCH /content_resources/901", body({ asset_folder_id: id }));
      return gen(`DELETE /asset_folders/${id}`);
    },
  ],
  ["platform_validation_failed", 422, () => gen("POST /schedule/with-post", body(POST))],
  [
    "tiktok_private_only",
    422,
    () =>
      gen(
        "POST /schedule/with-post",
        body({ ...POST, media_url: "https://a.invalid/a.mp4", privacy_level: "PUBLIC_TO_EVERYONE" }),
      ),
  ],
  [
    "post_not_published",
    422,
    async () => {
      const { post_id } = (await gen("POST /schedule/with-post", body({ ...POST, platform: ["x"] }))).json;
      return gen(`PATCH /schedule/post/${post_id}/published`, body({ title: "x" }));
    },
  ],
  [
    "undo_conflict",
    409,
    async () => {
      await rename("A");
      await rename("B");
      const [first] = await changeSets();
      return gen(UNDO, body({ change_set_id: first }));
    },
  ],
  [
    "redo_conflict",
    409,
    async () => {
      await rename("A");
      await rename("B");
      const [first, second] = await changeSets();
      await gen(UNDO);
      await gen(UNDO);
      expect(first).not.toBe(second);
      return gen(REDO, body({ change_set_id: second }));
    },
  ],
  ["nothing_to_undo", 422, () => gen(UNDO)],
  ["nothing_to_redo", 422, () => gen(REDO)],
  ["change_set_not_found", 422, () => gen(UNDO, body({ change_set_id: "none" }))],
  [
    "queue_full",
    409,
    async () => {
      for (let index = 0; index < 11; index++) await runIn("conv_1");
      return runIn("conv_1");
    },
  ],
  [
    "invalid_transition",
    409,
    async () => {
      const { run_id } = (await runIn("conv_1")).json;
      return gen(`POST /agent/runs/${run_id}/approve`, agent({ approved: true }));
    },
  ],
  [
    "already_sent",
    409,
    async () => {
      const pending = await queueTwo();
      simulator.control.advanceTime(10_000);
      return gen(`PATCH /agent/conversations/conv_1/pending/${pending}`, agent({ message: "x" }));
    },
  ],
  [
    "idempotency_conflict",
    409,
    async () => {
      await gen(`POST ${CELL}/generate?agent_id=42`, { body: TEXT, key: "k" });
      return gen(`POST ${CELL}/generate?agent_id=42`, { body: VIDEO, key: "k" });
    },
  ],
  [
    "invalid_action",
    422,
    () => gen("POST /vidsheet/actions", body({ agent_id: 42, actions: [{ action: "explode", target: {} }] })),
  ],
  [
    "rate_limited",
    429,
    () => {
      simulator.control.changeSettings({ rateLimitPerSecond: 0 });
      return gen("GET /me");
    },
  ],
  [
    "source_not_ready",
    202,
    async () => {
      await gen("POST /vidsheet/101/cells/10111/generate?agent_id=42", body(TEXT));
      return gen("POST /vidsheet/actions", {
        key: "a",
        body: { agent_id: 42, actions: [{ action: "generate", target: { id: 10112 }, ...VIDEO }] },
      });
    },
  ],
  [
    "payment_required",
    402,
    () =>
      gen("POST /vidsheet/actions", {
        key: "a",
        body: { agent_id: 44, actions: [{ action: "generate", target: { id: 10312 }, ...VIDEO }] },
      }),
  ],
  ["payment_required", 402, () => gen("POST /agents/43/proof-of-genesis/backups", { host: "agent-core", body: {} })],
  [
    "backups_disabled",
    503,
    () => {
      simulator.control.changeSettings({ backupsEnabled: false });
      return gen("POST /agents/42/proof-of-genesis/backups", { host: "agent-core", body: {} });
    },
  ],
  ["confirmation_required", 428, () => gen("DELETE /characters/801")],
];

it.each(CASES)("GEN says %s with %i where its guide has it", async (code, status, last) => {
  const answer = await last();

  const { error, error_code } = answer.json.detail ?? answer.json;
  expect([answer.status, error_code]).toEqual([status, code]);
  expect(error).toEqual(expect.any(String));
});

it("publishing nests its errors, with the platform and the field", async () => {
  const { json } = await gen("POST /schedule/with-post", body(POST));

  expect(json.detail).toMatchObject({
    platform: "tiktok",
    field: "media_url",
    errors: [{ platform: "tiktok", field: "media_url" }],
  });
});

it("sheet actions say what is wrong where, and what payment would be needed", async () => {
  const wrong = await gen(
    "POST /vidsheet/actions",
    body({ agent_id: 42, actions: [{ action: "explode", target: {} }] }),
  );
  const unpaid = await gen(
    "POST /vidsheet/actions",
    body({ agent_id: 43, actions: [{ action: "update", target: { id: 10211 }, value: "x" }] }),
  );

  expect(wrong.json).toMatchObject({
    retryable: false,
    new_change_set_required: true,
    errors: [{ path: "actions[0].action" }],
  });
  expect(unpaid.json).toMatchObject({
    funding_error_kind: "out_of_credits",
    x402_credit_purchase: { status: "payment_required" },
  });
});

it("a purchase in crypto is quoted with 402, and settled once", async () => {
  const { status, json } = await gen("POST /x402_credit_purchase", body({ workspace_id: 7, credits: 1_200 }));
  const settle = () =>
    gen("POST /x402_credit_purchase/settle", {
      body: { workspace_id: 7, checkout_session_id: json.checkout_session_id, network: "base" },
      headers: { "payment-signature": "signed" },
    });

  expect([status, json.amount_usd]).toEqual([402, 10]);
  expect([(await settle()).json.idempotent, (await settle()).json.idempotent]).toEqual([false, true]);
  expect((await gen("GET /credit_balance")).json.available_credits).toBe(11_200);
});

it("an edit by sheet actions regenerates what depends on it, unless told not to", async () => {
  await generate();
  simulator.control.setGeneration(9000, { status: "completed" });
  await gen(`PATCH ${CELL}/set_default_user_job?agent_id=42`, body({ default_user_job: { user_job_id: 9000 } }));
  const edit = (more: object) =>
    gen(
      "POST /vidsheet/actions",
      body({ agent_id: 42, actions: [{ action: "update", target: { id: 10111 }, value: "New" }], ...more }),
    );

  expect((await edit({ auto_regenerate: false })).json.auto_regeneration).toBeUndefined();
  expect((await edit({})).json.auto_regeneration.user_job_ids).toHaveLength(1);
  expect(simulator.control.ledger().totals.charges).toBe(2);
});

it("a run that waits for approval goes on when approved, and fails with a refund when not", async () => {
  simulator.control.changeSettings({ runsNeedApproval: true });
  const first = (await runIn("conv_1")).json.run_id;
  simulator.control.advanceTime(10_000);
  const second = (await runIn("conv_1")).json.run_id;
  simulator.control.advanceTime(10_000);
  const approve = (run: string, approved: boolean) => gen(`POST /agent/runs/${run}/approve`, agent({ approved }));

  expect((await approve(first, false)).json.status).toBe("failed");
  expect((await approve(second, true)).json.status).toBe("running");
  simulator.control.advanceTime(10_000);
  expect((await gen(`GET /agent/runs/${second}`, { host: "agent" })).json.status).toBe("completed");
  expect(simulator.control.ledger().totals).toMatchObject({ charges: 2, refunds: 1 });
});

it("parts of an agent's core succeed and fail one by one, in a 207", async () => {
  const { status, json } = await gen("PATCH /agents/42/core", body({ brand: { tone: "calm" }, nothing: { a: 1 } }));

  expect(status).toBe(207);
  expect(json).toEqual({
    brand: { status: "ok", data: { tone: "calm" } },
    nothing: { status: "error", error: expect.any(String) },
  });
});

it("a path outside /v1 is documentation or the application, never the API", async () => {
  const root = new URL(simulator.urls.api).origin;
  const statusOf = async (path: string) => (await fetch(root + path, { redirect: "manual" })).status;

  expect([
    await statusOf("/docs"),
    await statusOf("/anything"),
    await statusOf("/admin"),
    await statusOf("/v1/none"),
  ]).toEqual([200, 301, 302, 404]);
});
