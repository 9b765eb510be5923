import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { IDEA, pipelineRuns } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

let receiver: Receiver;
let stack: Stack;
beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
});
afterAll(async () => {
  await stack.close();
  await receiver.close();
});

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const post = (path: string, as = stack.key) => stack.call(path, { method: "POST", headers: { "x-api-key": as } });
const idOf = (location: string | null) => location?.split("/").at(-1) ?? "";
const clientOf = (key: string) => key.split("_")[1] ?? "";

interface AuditBody {
  readonly entries: readonly { readonly at: string; readonly what: string; readonly target: string | null }[];
  readonly next?: string;
}

const read = async (path = "/v1/audit") => (await (await stack.call(path)).json()) as AuditBody;
const latest = async () => (await read("/v1/audit?limit=1")).entries[0];

it("each change by an operator is in the audit log: who, what, of what, by which request", async () => {
  const own = { client_id: clientOf(stack.key), request_id: expect.any(String), address_family: null };
  const user = await stack.worker.addClient({ scopes: ["read", "generate", "ideas"] });

  stack.script("done_but_lost");
  const message = { agent_id: 42, message: "Three ideas" };
  const lost = (await calls.generate("/v1/agent/run", { key: randomUUID(), body: message, as: user })).headers;
  await stack.call(`${lost.get("location")}/resolve`, json("POST", { charged: true }));
  expect(await latest()).toMatchObject({ ...own, what: "call.resolve", target: idOf(lost.get("location")) });

  const { url } = cell(10111);
  const open = (await calls.generate(url, { prefer: "respond-async", body: VIDEO, as: user })).headers.get("location");
  await stack.call(open ?? "", { method: "DELETE" });
  expect(await latest()).toMatchObject({ ...own, what: "call.cancel", target: idOf(open) });

  const run = await runs.begin("idea-to-video", IDEA);
  expect(await latest()).toMatchObject({ ...own, what: "run.start", target: "idea-to-video" });
  await runs.stop(run);
  expect(await latest()).toMatchObject({ ...own, what: "run.stop", target: idOf(run) });

  await post(`${run}/rerun`);
  expect(await latest()).toMatchObject({ ...own, what: "run.rerun", target: idOf(run) });

  await post("/v1/charges/pause");
  expect(await latest()).toMatchObject({ ...own, what: "charges.pause", target: null });
  await post("/v1/charges/resume");
  expect(await latest()).toMatchObject({ ...own, what: "charges.resume", target: null });
});

it("a notification that is sent again is in it, one or all of a filter; a dry run and a refusal are not", async () => {
  receiver.script(410, 410);
  await calls.generate(cell(10111).url);
  const failed = await eventually(
    async () =>
      ((await (await stack.call("/notifications")).json()) as { notifications: { id: string }[] }).notifications,
    ({ length }) => length === 1,
  );
  const before = await latest();
  await stack.call("/notifications/resend", json("POST", { since: "2026-01-01", dry_run: true }));
  await post(`/notifications/msg_${"0".repeat(32)}/resend`);
  expect(await latest()).toEqual(before);

  await stack.call("/notifications/resend", json("POST", { since: "2026-01-01" }));
  const filter = "failed since 2026-01-01T00:00:00.000Z";
  expect(await latest()).toMatchObject({ what: "notification.resend", target: filter });
  await eventually(
    async () =>
      (await (await stack.call(`/notifications/${failed[0]?.id}`)).json()) as { tries: unknown[]; state: string },
    ({ tries, state }) => tries.length === 2 && state === "failed",
  );
  await post(`/notifications/${failed[0]?.id}/resend`);
  expect(await latest()).toMatchObject({ what: "notification.resend", target: failed[0]?.id });
});

it("what a client that is no operator does to another's run is in it", async () => {
  const as = await stack.worker.addClient({ scopes: ["pipelines"] });
  const by = { client_id: clientOf(as) };
  const run = await runs.begin("idea-to-video", IDEA);
  await runs.stop(run, as);
  expect(await latest()).toMatchObject({ ...by, what: "run.stop", target: idOf(run) });
  await post(`${run}/rerun`, as);
  expect(await latest()).toMatchObject({ ...by, what: "run.rerun", target: idOf(run) });
  await runs.stop(run, as);
  const since = "2026-01-01";
  await runs.reaches(run, ({ state }) => state === "stopped");
  const filter = json("POST", { state: "stopped", since }, { "x-api-key": as });
  expect(await (await stack.call("/pipelines/idea-to-video/rerun", filter)).json()).toMatchObject({ dry_run: false });
  expect(await latest()).toMatchObject({ ...by, what: "run.rerun", target: expect.stringContaining("stopped since") });
});

it("what clients do with their own calls and runs is not in it", async () => {
  const as = await stack.worker.addClient({ scopes: ["read", "generate", "pipelines"] });
  const before = await latest();
  const { url } = cell(10111);
  const location = (await calls.generate(url, { prefer: "respond-async", body: VIDEO, as })).headers.get("location");
  await stack.call(location ?? "", { method: "DELETE", headers: { "x-api-key": as } });
  await runs.stop(await runs.begin("idea-to-video", IDEA, { as }), as);

  expect(await latest()).toEqual(before);
});

it("the audit log comes in pages, the newest first, and leaves out none", async () => {
  for (let n = 0; n < 3; n += 1) await post("/v1/charges/resume");
  const all = (await read()).entries;
  const seen: unknown[] = [];
  for (let path: string | undefined = "/v1/audit?limit=2"; path !== undefined; ) {
    const { entries, next }: AuditBody = await read(path);
    expect(entries.length).toBeLessThanOrEqual(2);
    seen.push(...entries);
    path = next;
  }

  expect(seen).toEqual(all);
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
});

it.each(["limit=0", "limit=101", "cursor=x", "cursor=0"])("the audit log answers 400 for %j", async (query) => {
  expect((await stack.call(`/v1/audit?${query}`)).status).toBe(400);
});
