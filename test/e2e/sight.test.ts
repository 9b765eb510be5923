import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { durableCalls, eventually, TEXT } from "../support/durable-calls.ts";
import { ENDLESS, IDEA, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { json, readProblem, type Stack } from "../support/stack.ts";

const CELL = "/v1/vidsheet/101/cells/10111/generate";

let receiver: Receiver;
let stack: Stack;
beforeAll(async () => {
  receiver = await startReceiver();
  stack = await startQuickStack({
    NOTIFY_URL: receiver.url,
    NOTIFY_SECRET: receiver.secret,
    BACKOFF_BASE_MS: "1",
    CALL_LOST_QUIET_MS: "0",
  });
});
afterAll(async () => {
  await stack.close();
  await receiver.close();
});
afterEach(() => stack.gen.control.reset());

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);

interface Row {
  readonly id: string;
  readonly state: string;
  readonly [member: string]: unknown;
}
interface Page {
  readonly calls: readonly Row[];
  readonly next?: string;
}

const read = async <T>(path: string): Promise<T> => (await (await stack.call(path)).json()) as T;
const find = async (query: Readonly<Record<string, string>>): Promise<readonly Row[]> => {
  return (await read<Page>(`/v1/calls?${new URLSearchParams(query)}`)).calls;
};
const order = (headers: Readonly<Record<string, string>>, body: unknown = TEXT) =>
  stack.call(`${CELL}?agent_id=42`, json("POST", body, headers));
const clientId = () => stack.key.split("_")[1] ?? "";

describe("one call, by whatever a person quotes", () => {
  const KEY = "a key of the caller's";
  let id: string;
  let quotes: Record<string, string>;

  beforeAll(async () => {
    const answered = await order({
      "idempotency-key": KEY,
      "x-request-id": "quoted-1",
      "x-genedge-tag": "customer-17",
    });
    const { generation_id } = (await answered.json()) as { generation_id: number };
    const line = await stack.worker.waitForLine((each) => each.message === "request" && each.request_id === "quoted-1");
    id = String(line.call_id);
    const [told] = await eventually(
      () => receiver.got.filter(({ data }) => data.call_id === id),
      (got) => got.length > 0,
    );
    await eventually(
      () => find({ q: "quoted-1" }),
      (rows) => rows.length > 0,
    );
    quotes = { "its request": "quoted-1", "its generation": String(generation_id), itself: id };
    quotes = { ...quotes, "its tag": "customer-17", "its notification": told?.id ?? "" };
  });

  it.each(["its request", "its generation", "itself", "its tag", "its notification"])(
    "is found by %s",
    async (what) => {
      expect(await find({ q: quotes[what] ?? "" })).toMatchObject([{ id, request_id: "quoted-1", tag: "customer-17" }]);
    },
  );

  it("is found by its client or user", async () => {
    const as = await stack.worker.addClient({ scopes: ["generate"] });
    await order({ "x-api-key": as, "x-request-id": "of-another" });
    const q = as.split("_")[1] ?? "";
    const found = await eventually(
      () => find({ q }),
      (rows) => rows.length > 0,
    );
    expect(found).toMatchObject([{ client_id: q, request_id: "of-another" }]);
  });

  it("is told once, and counts as one of its page, where a key and a tag are the same text", async () => {
    const key = "same-text";
    const orders = Array.from({ length: 4 }, (_, n) => {
      return order({ "idempotency-key": n === 0 ? key : `other-${n}`, "x-genedge-tag": key });
    });
    await Promise.all(orders);
    await eventually(
      () => find({ q: key }),
      (rows) => rows.length === 4,
    );
    const seen: string[] = [];
    for (let path: string | undefined = `/v1/calls?q=${key}&client=${clientId()}&limit=2`; path !== undefined; ) {
      const page: Page = await read<Page>(path);
      expect(page.calls.length).toBeLessThanOrEqual(2);
      seen.push(...page.calls.map((row) => row.id));
      path = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([4, 4]);
  });

  it("is found by its caller's key and client, and by the key alone is not", async () => {
    expect(await find({ q: KEY, client: clientId() })).toMatchObject([{ id }]);
    expect(await find({ q: KEY, client: "another" })).toEqual([]);
    expect(await find({ q: KEY })).toEqual([]);
  });

  it("says whose it is, where, and what came of it", async () => {
    expect((await find({ tag: "customer-17", agent: "42", operation: "cells.generate", state: "settled" }))[0]).toEqual(
      {
        id,
        client_id: clientId(),
        operation: "cells.generate",
        agent_id: "42",
        sheet_id: "101",
        cell_id: "10111",
        tag: "customer-17",
        pipeline: null,
        run_id: null,
        request_id: "quoted-1",
        state: "settled",
        charged: "yes",
        estimate: null,
        accepted_at: expect.any(String),
        changed_at: expect.any(String),
        next_at: null,
        failure: null,
        jobs: [{ kind: "generation", id: quotes["its generation"] }],
      },
    );
  });

  it("has the same ids in all log lines of its story, and in its notification", async () => {
    const lineOf = (message: string) =>
      stack.worker.waitForLine((line) => line.message === message && line.call_id === id);
    for (const message of ["request", "call", "generation", "notification"])
      expect(await lineOf(message), message).toMatchObject({ call_id: id, request_id: "quoted-1" });
    expect(receiver.got.find(({ data }) => data.call_id === id)?.data).toMatchObject({ request_id: "quoted-1" });
  });

  it("is unknown to GEN by its tag", () => {
    const sent = JSON.stringify(stack.gen.control.ledger().requests);
    expect(sent).not.toContain("customer-17");
  });
});

describe("what GEN has made, followed here or not", () => {
  const IDEAS = { agent_id: 42, topic: "Bread" };
  it.each([
    ["an idea's job", "/v1/ideas/generate", { job_id: "idea-77" }, "idea-77", IDEAS],
    ["an analysis", "/v1/analyze/research", { job_id: "analysis-78" }, "analysis-78", IDEAS],
    [
      "a conversation",
      "/v1/agent/run",
      { run_id: "r-79", conversation_id: "c-79" },
      "c-79",
      { agent_id: 42, message: "m" },
    ],
    [
      "a generation whose id can't be in a path",
      `${CELL}?agent_id=42`,
      { generation_id: "a b/c?d=1#e" },
      "a b/c?d=1#e",
      TEXT,
    ],
  ])("leads to its call: %s", async (_, path, body, id, asked) => {
    stack.script({ status: 201, body });
    const answered = await stack.call(path, json("POST", asked));
    expect(answered.status).toBe(201);
    const requestId = answered.headers.get("x-request-id");
    const rows = await eventually(
      () => find({ q: id }),
      (found) => found.length > 0,
    );
    expect(rows).toMatchObject([{ request_id: requestId }]);
    await stack.resetUnheld("GEN's answers are invented");
  });
});

describe("a call's story", () => {
  it("tells in time what was sent, what came, what is due next, and how it ended", async () => {
    stack.gen.control.addFaults({
      rules: [{ match: { method: "POST", path: CELL }, outcomes: [{ status: 429, body: "" }, "done_but_lost"] }],
    });
    const answered = await order({ "idempotency-key": "story-1", "x-request-id": "story-1" });
    expect(answered.status).toBe(201);
    const [row] = await find({ q: "story-1", client: clientId() });
    const told = await eventually(
      () => read<{ story: Row[]; next_at: string | null }>(`/v1/calls/${row?.id}`),
      ({ story }) => story.some(({ what }) => what === "followed"),
    );

    expect(told.story.map(({ what }) => what)).toEqual([
      "accepted",
      "reserved",
      "sent",
      "turned_away",
      "sent",
      "ambiguous",
      "sent",
      "answered",
      "settled",
      "followed",
    ]);
    expect(told.story[3]).toMatchObject({ outcome: "429", next_at: expect.any(String) });
    expect(told.story[5]).toMatchObject({ outcome: "lost", next_at: expect.any(String) });
    const times = told.story.map(({ at }) => Date.parse(String(at)));
    expect(times).toEqual(times.toSorted());
    expect(told).toMatchObject({
      request_id: "story-1",
      agent_id: "42",
      sheet_id: "101",
      cell_id: "10111",
      next_at: null,
    });
  });

  it("names the requests that joined, by which it is found, too", async () => {
    stack.gen.control.addFaults({
      rules: [{ match: { method: "POST", path: CELL }, outcomes: [{ delayHeadersMs: 500 }] }],
    });
    const first = order({ "idempotency-key": "joined", "x-request-id": "joined-1" });
    await calls.received(CELL);
    await order({ "idempotency-key": "joined", "x-request-id": "joined-2" });
    await first;
    const [row] = await eventually(
      () => find({ q: "joined-2" }),
      (rows) => rows.length > 0,
    );
    expect(row).toMatchObject({ request_id: "joined-1" });
    const { story } = await read<{ story: Row[] }>(`/v1/calls/${row?.id}`);
    expect(story).toContainEqual(expect.objectContaining({ what: "joined", request_id: "joined-2" }));
  });
});

describe("a run's calls", () => {
  it("are found by the run, by the delivery that started it and by that request, and name all three in their lines", async () => {
    const delivery = "msg_a-delivery";
    const event = { type: "video.requested", timestamp: new Date().toISOString(), data: IDEA };
    const started = await runs.deliver(event, delivery);
    const { runs: made } = (await started.json()) as { runs: { id: string; location: string }[] };
    const requestId = started.headers.get("x-request-id") ?? "";
    const run = made[0]?.id ?? "";
    await runs.ends(made[0]?.location ?? "");
    const rows = await eventually(
      () => find({ q: run }),
      (found) => found.length > 0,
    );
    expect(rows[0]).toMatchObject({ run_id: run, pipeline: "idea-to-video", request_id: requestId });
    const ids = (found: readonly Row[]) => found.map(({ id }) => id).toSorted();
    await eventually(
      () => find({ q: delivery }),
      (found) => found.length >= rows.length,
    );
    expect(ids(await find({ q: requestId }))).toEqual(ids(await find({ q: delivery })));
    const listed = await eventually(
      async () => (await read<{ deliveries: { id: string; delivery_id: string }[] }>("/deliveries")).deliveries,
      (deliveries) => deliveries.some(({ delivery_id }) => delivery_id === delivery),
    );
    const ours = listed.find(({ delivery_id }) => delivery_id === delivery)?.id ?? "";
    expect(ids(await find({ q: ours }))).toEqual(ids(await find({ q: delivery })));
    for (const message of ["run", "call"]) {
      const line = await stack.worker.waitForLine((each) => each.message === message && each.run_id === run);
      expect(line, message).toMatchObject({ request_id: requestId });
    }
    for (const type of ["pipeline.message", "pipeline.finished"]) {
      const isOf = (each: Readonly<Record<string, unknown>>) => each.type === type && each.run_id === run;
      expect(await stack.worker.waitForLine(isOf), type).toMatchObject({ request_id: requestId });
      const told = receiver.got.find((each) => each.type === type && each.data.run_id === run);
      expect(told?.data, type).toMatchObject({ request_id: requestId });
    }
  });

  it("are found by the caller's key of a run that was started by hand", async () => {
    const started = await runs.start("idea-to-video", IDEA, { key: "a run's key" });
    const { id } = (await started.json()) as { id: string };
    const rows = await eventually(
      () => find({ q: "a run's key", client: clientId() }),
      (found) => found.length > 0,
    );
    expect(rows.every(({ run_id }) => run_id === id)).toBe(true);
    expect(await find({ q: "a run's key", client: "another" })).toEqual([]);
    await runs.ends(started.headers.get("location") ?? "");
  });

  it("end with a line when the run is stopped, too", async () => {
    stack.gen.control.changeSettings(ENDLESS);
    const location = await runs.begin("idea-to-video", IDEA);
    await stack.call(`${location}/stop`, { method: "POST" });
    const run = location.split("/").at(-1);
    const line = await stack.worker.waitForLine((each) => each.message === "run" && each.run_id === run);
    expect(line).toMatchObject({ state: "stopped", request_id: expect.any(String) });
  });
});

describe("the lists of calls", () => {
  it.each([
    "state=gone",
    "limit=0",
    "limit=101",
    "limit=1e1",
    "cursor=x",
    "from=yesterday",
    "from=2026-02-30",
    "to=2026-11-31T10:00:00Z",
    "q=",
    "unheard=of",
    "state=open&state=unknown",
    `q=${"x".repeat(257)}`,
  ])("refuse a query that they can't read: %s", async (query) => {
    const refused = await stack.call(`/v1/calls?${query}`);
    expect([refused.status, (await readProblem(refused)).error_code]).toEqual([400, "bad_request"]);
  });

  it.each(["/v1/calls", "/activity", "/metrics"])("are an operator's alone: %s", async (path) => {
    const other = await stack.worker.addClient({ scopes: ["read", "generate", "pipelines", "admin"] });
    const refused = await stack.call(path, { headers: { "x-api-key": other } });
    expect([refused.status, (await readProblem(refused)).error_code]).toEqual([403, "scope_required"]);
  });

  it("lead from page to page by next, and have each call once", async () => {
    for (let n = 0; n < 5; n += 1) await order({ "x-genedge-tag": "paged" });
    await eventually(
      () => find({ tag: "paged" }),
      (rows) => rows.length === 5,
    );
    const seen: string[] = [];
    for (let path: string | undefined = "/v1/calls?tag=paged&limit=2"; path !== undefined; ) {
      const page: Page = await read<Page>(path);
      seen.push(...page.calls.map(({ id }) => id));
      path = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });
});

describe("a tag", () => {
  it.each(["", "a b", "ä", "x".repeat(65), "a,b"])(
    "of another form is refused, and nothing is charged: %j",
    async (tag) => {
      const refused = await order({ "x-genedge-tag": tag });
      const problem = await readProblem(refused);
      expect([refused.status, problem.error_code, problem.charged]).toEqual([400, "bad_request", "no"]);
      expect(problem.developer_detail).toContain("X-GenEdge-Tag");
      expect(stack.gen.control.ledger().totals.charges).toBe(0);
    },
  );
});
