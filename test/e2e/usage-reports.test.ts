/** Reports of the ledger over HTTP: whose they are, what they add up, in JSON and as CSV. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import type { ChargeBody } from "../support/ledger-balance.ts";
import { startQuickStack } from "../support/pipelines.ts";
import { json, readProblem, type Stack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startQuickStack();
});
afterEach(() => stack.close());

interface Group {
  readonly key: string | null;
  readonly calls: number;
  readonly spent: number;
  readonly given_back: number;
  readonly failed: number;
}
interface Report {
  readonly from: string;
  readonly to: string;
  readonly total: Group;
  readonly groups: readonly Group[];
}

const as = (key?: string, more: Record<string, string> = {}) => ({
  headers: { ...(key === undefined ? {} : { "x-api-key": key }), ...more },
});
const idOf = (key: string) => key.split("_")[1] ?? "";
const today = () => new Date().toISOString().slice(0, 10);

async function readReport(query: string, key?: string): Promise<Report> {
  return (await (await stack.call(`/v1/usage?${query}`, as(key))).json()) as Report;
}

async function readCharges(query = "", key?: string): Promise<readonly ChargeBody[]> {
  const response = await stack.call(`/v1/usage/charges?${query}`, as(key));
  return ((await response.json()) as { charges: ChargeBody[] }).charges;
}

const readText = async (path: string) => {
  const response = await stack.call(path, as(undefined, { accept: "text/csv" }));
  return { text: await response.text(), headers: response.headers };
};

/** Makes a charged call of a tag. `seen` waits until the ledger knows its end. */
async function spend(tag: string, ended = "completed", { body = TEXT, key = stack.key } = {}) {
  const headers = { "x-genedge-tag": tag, "x-api-key": key };
  const made = await stack.call(cell(10111).url, json("POST", body, headers));
  expect(made.status).toBe(201);
  const { generation_id: id } = (await made.json()) as { generation_id: number };
  const read = async () => {
    const charges = await readCharges(`tag=${tag}`);
    return charges.filter(({ jobs }) => jobs.some((job) => job.id === String(id)));
  };
  const seen = async () => {
    const [charge] = await eventually(read, ([found]) => found?.ended === ended);
    return charge as ChargeBody;
  };
  return { id, seen };
}

describe("GET /v1/usage?by=", () => {
  it("adds up what was spent, by what it is asked for, and fits its filters", async () => {
    for (const tag of ["a", "a", "b"]) await (await spend(tag)).seen();
    await (await spend("b", "completed", { body: VIDEO })).seen();

    const byTag = await readReport("by=tag");
    expect(byTag).toMatchObject({ from: `${today().slice(0, 7)}-01`, to: today(), by: "tag", cursor: null });
    expect(byTag.groups.map(({ key, calls: count }) => [key, count])).toEqual([
      ["b", 2],
      ["a", 2],
    ]);
    expect(byTag.total.spent).toBe(byTag.groups.reduce((sum, { spent }) => sum + spent, 0));
    const types = await readReport("by=type&tag=b");
    expect(types.groups.map(({ key, calls: count }) => [key, count])).toEqual([
      ["video_from_text", 1],
      ["text", 1],
    ]);
    expect((await readReport(`by=day&from=${today()}&to=${today()}`)).groups).toMatchObject([{ key: today() }]);
    expect((await readReport("by=agent&type=none")).groups).toEqual([]);
  });

  it("shows a client itself alone, and an operator each", async () => {
    const keys = await Promise.all(
      ["one", "two"].map((name) => stack.worker.addClient({ name, scopes: ["read", "generate"] })),
    );
    const [one = "", two = ""] = keys;
    await (await spend("x", "completed", { key: one })).seen();
    await (await spend("x", "completed", { key: two })).seen();

    for (const key of keys) {
      expect((await readReport("by=client", key)).groups.map((group) => group.key)).toEqual([idOf(key)]);
      expect((await readReport(`by=client&client=${idOf(key)}`, key)).total.calls).toBe(1);
      expect((await readCharges("", key)).map(({ client_id }) => client_id)).toEqual([idOf(key)]);
    }
    for (const path of ["/v1/usage?by=day&", "/v1/usage/charges?"]) {
      const refused = await stack.call(`${path}client=${idOf(two)}`, as(one));
      expect(refused.status).toBe(403);
      expect(await readProblem(refused)).toMatchObject({ error_code: "scope_required", required_scope: "operator" });
    }
    expect((await readReport("by=client")).groups).toHaveLength(2);
    expect((await readCharges(`client=${idOf(two)}`)).map(({ client_id }) => client_id)).toEqual([idOf(two)]);
  });

  it("has what GEN gave back: of a failed one, and of one that was stopped", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const failing = await spend("failing", "failed", { body: VIDEO });
    stack.gen.control.setGeneration(failing.id, { status: "failed" });
    const stopping = await spend("stopping", "stopped", { body: VIDEO });
    await stack.call(`/v1/generations/${stopping.id}/stop`, json("POST", { agent_id: 42 }));

    for (const { seen } of [failing, stopping]) expect(await seen()).toMatchObject({ cost: 0, credits: 0 });
    expect((await readReport("by=tag")).total).toMatchObject({ calls: 2, spent: 0, failed: 2 });
    expect(await readCharges("ended=failed")).toMatchObject([{ tag: "failing" }]);
    expect(await readCharges("ended=stopped")).toMatchObject([{ tag: "stopping" }]);
  });

  it("has what it has cost in the end, where GEN settles dearer than it had estimated", async () => {
    stack.gen.control.changeSettings({ settlementPercent: 150 });
    const client = await stack.worker.addClient({ name: "bounded", creditsPerDay: 10_000 });
    const { seen } = await spend("dear", "completed", { body: VIDEO, key: client });
    const charge = await seen();

    expect(charge.cost).toBe((charge.estimate ?? 0) * 1.5);
    expect((await readReport("by=tag")).groups).toMatchObject([{ key: "dear", spent: charge.cost }]);
    const call = (await (await stack.call(`/v1/calls/${charge.id}`, as(client))).json()) as { credits: unknown };
    const { estimate, cost } = charge;
    expect(call.credits).toEqual({ state: "spent", ended: "completed", estimate, cost, given_back: null });
  });

  it.each([
    "by=price",
    "by=tag&by=day",
    "by=tag&wrong=1",
    "by=tag&limit=0",
    "by=tag&limit=1001",
    "by=tag&cursor=none",
    "by=day&from=2026-11",
    "by=day&from=2026-02-30",
    "by=day&from=2026-11-02T10:00:00Z",
    "by=day&from=2999-01-02&to=2999-01-01",
    "by=day&from=2999-01-01",
    "by=day&from=2000-01-01",
    "by=day&client=",
  ])("refuses what it does not know: %s", async (query) => {
    expect((await stack.call(`/v1/usage?${query}`)).status).toBe(400);
  });

  it("that forgets by= is refused, not answered with today's use", async () => {
    for (const query of ["from=2026-11-01", "tag=a", "client=a&to=2026-11-01"])
      expect(await readProblem(await stack.call(`/v1/usage?${query}`))).toMatchObject({
        status: 400,
        error_code: "bad_request",
      });
    expect(await (await stack.call("/v1/usage?client=pipeline:fill-empty-cells")).json()).toMatchObject({
      client_id: "pipeline:fill-empty-cells",
      charged_calls: { reserved: 0, spent: 0 },
    });
  });

  it("asks for no month after this one", async () => {
    const report = await readReport("by=day&to=9999-12-31");
    expect(report.from.slice(0, 7)).toBe(report.to.slice(0, 7));
    expect(report.to >= today()).toBe(true);
  });

  it("comes in pages, each group once", async () => {
    for (const tag of ["p1", "p2", "p3"]) await (await spend(tag)).seen();
    const keys: (string | null)[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const at: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page = (await readReport(`by=tag&limit=2${at}`)) as Report & { cursor: string | null };
      keys.push(...page.groups.map(({ key }) => key));
      expect(page.total.calls).toBe(3);
      ({ cursor } = page);
    }
    expect([...keys].sort()).toEqual(["p1", "p2", "p3"]);
  });
});

describe("GET /v1/usage/charges", () => {
  it("lists them by time and by credits, in pages", async () => {
    await (await spend("list")).seen();
    await (await spend("list", "completed", { body: VIDEO })).seen();
    await (await spend("list")).seen();
    const types = async (query: string) => (await readCharges(query)).map(({ type }) => type);

    expect(await types("order=time")).toEqual(["text", "video_from_text", "text"]);
    expect(await types("order=credits&limit=1")).toEqual(["video_from_text"]);
    const first = (await (await stack.call("/v1/usage/charges?limit=2")).json()) as { cursor: string };
    expect(await types(`limit=2&cursor=${first.cursor}`)).toEqual(["text"]);
  });

  it.each(["order=price", "state=open", "ended=none", "limit=0", "cursor=WzBd", "wrong=1", "from=2000-01-01"])(
    "refuses what it does not know: %s",
    async (query) => {
      expect((await stack.call(`/v1/usage/charges?${query}`)).status).toBe(400);
    },
  );
});

describe("as CSV", () => {
  it.each([
    ["text/csv", "text/csv"],
    ["text/csv; charset=utf-8", "text/csv"],
    ["text/csv;header=present;q=0.9, application/json;q=0.8", "text/csv"],
    ["application/json;charset=utf-8, text/csv;q=0.5", "application/json"],
    ["text/csv;charset=utf-8;q=0.1, */*;q=0.2", "application/json"],
    ["text/csv;q=0, */*", "application/json"],
  ])("is answered as Accept prefers: %s", async (accept, type) => {
    for (const path of ["/v1/usage?by=day", "/v1/usage/charges"]) {
      const { headers } = await stack.call(path, as(undefined, { accept }));
      expect(headers.get("content-type")?.split(";")[0]).toBe(type);
      expect(headers.get("vary")).toContain("Accept,");
    }
  });

  it("a report is a file with a line for each group", async () => {
    await (await spend("customer-17")).seen();
    const { text, headers } = await readText("/v1/usage?by=tag");

    expect(text).toBe(
      "tag,calls,reserved_calls,reserved,spent,given_back,failed,unpriced\r\ncustomer-17,1,0,0,1,0,0,0\r\n",
    );
    expect(headers.get("content-type")).toMatch(/^text\/csv; charset=utf-8/);
    expect(headers.get("content-disposition")).toMatch(/^attachment; filename="usage-by-tag-[\d-]+\.csv"$/);
    expect(headers.get("vary")).toContain("Accept");
    expect((await stack.call("/v1/usage?by=tag")).headers.get("vary")).toMatch(/^Accept,/);
  });

  it("the whole list of charges is a file, and what comes from callers is no formula in it", async () => {
    const body = { generation_type: '=HYPERLINK("https://x.example")', data: { prompt: "x" } };
    const made = await stack.call(cell(10111).url, json("POST", body, { "x-genedge-tag": "-1" }));
    expect(made.status).toBeLessThan(500);
    for (let n = 0; n < 3; n += 1) await (await spend("-2")).seen();
    const { text, headers } = await readText("/v1/usage/charges");
    const [head, ...lines] = text.trimEnd().split("\r\n");

    expect(head).toBe(
      "id,epoch,at,client_id,account,tag,agent_id,pipeline,run_id,operation,type,calls,state,ended,estimate,cost,given_back,credits,jobs",
    );
    expect(lines.filter((line) => line.includes(",'-2,"))).toHaveLength(3);
    expect(text).not.toMatch(/(^|,)"?[=+\-@]/m);
    expect(headers.get("content-disposition")).toMatch(/filename="charges-[\d-]+\.csv"$/);
    expect((await readText("/v1/usage/charges?limit=1")).text.trimEnd().split("\r\n")).toHaveLength(2);
  });
});
