import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { ENDLESS, IDEA, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { readProblem, type Stack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startQuickStack();
});
afterEach(() => stack.close());

const runs = pipelineRuns(() => stack);
const get = async (path: string, key = stack.key) => stack.call(path, { headers: { "x-api-key": key } });
const idOf = (location: string) => location.split("/").at(-1);

describe("a run that is started by hand", () => {
  it("is answered with its address, does its steps in order, and is charged once for each generation", async () => {
    const response = await runs.start("idea-to-video", IDEA);
    expect(response.status).toBe(202);
    const location = response.headers.get("location") ?? "";
    expect(location).toMatch(/^\/pipelines\/idea-to-video\/runs\/[0-9a-f]{64}$/);
    expect(await response.json()).toMatchObject({ id: idOf(location), state: "queued", trigger: { kind: "manual" } });

    const run = await runs.ends(location);
    const [video, render] = runs.charges();
    expect(run.steps.map(({ name, state, charged }) => [name, state, charged])).toEqual([
      ["read the sheet", "done", "no"],
      ["make a row", "done", "no"],
      ["set Script", "done", "no"],
      ["generate Video", "done", "yes"],
      ["render", "done", "yes"],
      ["video", "done", "no"],
    ]);
    expect(run).toMatchObject({
      state: "finished",
      input: IDEA,
      output: { url: expect.stringMatching(/^https:.*mp4$/), generation: String(render?.generation_id) },
    });
    expect(runs.charges()).toMatchObject([{ operation: "cells.generate" }, { operation: "cells.render" }]);
    expect(run.steps[3]?.generation).toBe(String(video?.generation_id));
    const line = await stack.worker.waitForLine((each) => each.message === "call" && each.operation === "cells.render");
    const started = await stack.worker.waitForLine(({ ids }) => (ids as { run?: string })?.run === idOf(location));
    expect(line).toMatchObject({
      run_id: idOf(location),
      request_id: started.request_id,
      ids: { sheet: "101", agent_id: "42" },
    });
  });

  it("says in the step of a message that nothing was sent, where NOTIFY_URL is not set", async () => {
    const { steps } = await runs.ends(await runs.begin("idea-to-video", IDEA));
    expect(steps.filter(({ hint }) => hint !== undefined)).toMatchObject([
      { name: "video", kind: "notify", state: "done", hint: "Nothing was sent: NOTIFY_URL is not set." },
    ]);
  });

  it("puts what the row holds into the place of {{Column}}, also what was generated before", async () => {
    const text = { generation_type: "text", data: { prompt: "A script for {{Idea}}" } };
    const generate = { ...IDEA.generate, Script: text };
    await runs.ends(await runs.begin("idea-to-video", { ...IDEA, cells: {}, generate }));

    const sent = stack.gen.control.ledger().requests;
    const prompts = sent
      .filter(({ path }) => path.endsWith("/generate"))
      .map(({ body }) => JSON.parse(body).data.prompt);
    expect(prompts).toEqual(["A script for {{Idea}}", "A film of: Simulated text for: A script for {{Idea}}"]);
  });

  it("is not held up by blanks between braces that do not end, and is charged as any other", async () => {
    const data = { prompt: `{{${" ".repeat(50_000)}` };
    const generate = { Video: { generation_type: "video_from_text", data } };
    const startedAt = performance.now();
    const run = await runs.ends(await runs.begin("idea-to-video", { ...IDEA, generate }));

    expect(run.state).toBe("finished");
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it("fails, and is not charged, when it fills in a long value too often", async () => {
    const cells = { Script: "a".repeat(1_000) };
    const generate = { Video: { generation_type: "video_from_text", data: { prompt: "{{Script}}".repeat(1_000) } } };
    const run = await runs.ends(await runs.begin("idea-to-video", { ...IDEA, cells, generate }));

    expect(run).toMatchObject({ state: "failed", error: { error_code: "input_invalid", step: "generate Video" } });
    expect(runs.charges()).toEqual([]);
  });

  it("fails before anything is made when it names a column which is not there", async () => {
    const run = await runs.ends(await runs.begin("idea-to-video", { ...IDEA, cells: { Title: "?" } }));

    expect(run).toMatchObject({ state: "failed", error: { error_code: "column_not_found", step: "read the sheet" } });
    expect(stack.gen.control.ledger().requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("fails when it would charge more often than its pipeline may, and what was made stays", async () => {
    const columns = await runs.addColumns(10);
    const text = { generation_type: "text", data: { prompt: "A line" } };
    const generate = Object.fromEntries(columns.map((title) => [title, text]));
    const run = await runs.ends(await runs.begin("idea-to-video", { ...IDEA, generate }));

    expect(run).toMatchObject({ state: "failed", error: { error_code: "max_charges_reached", step: "render" } });
    expect(runs.charges().length).toBe(10);
  });
});

describe("two clients", () => {
  it("share a pipeline's places: one's seven runs hold four, and the next free one is the other's", async () => {
    stack.gen.control.changeSettings(ENDLESS);
    stack.gen.control.setOrganization(7, { generic: 1_000_000 });
    const other = await stack.worker.addClient({ name: "other" });
    const crowd = await Promise.all(Array.from({ length: 7 }, () => runs.begin("idea-to-video", IDEA)));
    await eventually(runs.charges, ({ length }) => length === 4);
    const waiting = async () => {
      const all = await Promise.all(crowd.map((location) => runs.read(location)));
      return all.flatMap(({ steps }) => steps).filter(({ waits_for }) => waits_for === "slot").length;
    };
    await eventually(waiting, (count) => count === 3);
    const lonely = await runs.begin("idea-to-video", IDEA, { as: other });
    await runs.reaches(lonely, ({ steps }) => steps.some(({ waits_for }) => waits_for === "slot"));

    stack.gen.control.setGeneration(runs.charges()[0]?.generation_id ?? 0, { status: "completed" });
    await runs.reaches(lonely, ({ steps }) => steps.some(({ waits_for }) => waits_for === "generation"));
    expect(runs.charges()).toHaveLength(5);
  });
});

describe("one Idempotency-Key", () => {
  it("starts one run when it comes again: the second answer has the first's address", async () => {
    const key = randomUUID();
    const first = await runs.start("idea-to-video", IDEA, { key });
    const second = await runs.start("idea-to-video", IDEA, { key });

    expect(second.status).toBe(202);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(second.headers.get("idempotent-replayed")).toBe("true");
  });

  it("starts one run when it comes twice at once: both have the same address, and GEN charges for one", async () => {
    const key = randomUUID();
    const responses = await Promise.all([1, 2].map(() => runs.start("idea-to-video", IDEA, { key })));
    const [first, second] = responses.map(({ headers }) => headers.get("location"));
    expect(first).toBe(second);
    await runs.ends(first ?? "");
    expect(runs.charges().length).toBe(2);
  });

  it("is refused with 409 for another input", async () => {
    const key = randomUUID();
    await runs.start("idea-to-video", IDEA, { key });
    const response = await runs.start("idea-to-video", { ...IDEA, cells: { Script: "Another" } }, { key });

    expect(response.status).toBe(409);
    expect(await readProblem(response)).toMatchObject({ error_code: "idempotency_key_reused", charged: "no" });
  });

  it("starts two runs for two clients", async () => {
    const key = randomUUID();
    const other = await stack.worker.addClient();
    const locations = await Promise.all(
      [undefined, other].map((as) => runs.begin("idea-to-video", IDEA, { key, ...(as ? { as } : {}) })),
    );
    expect(new Set(locations).size).toBe(2);
  });
});

describe("an order that does not fit", () => {
  it("is answered with 422, what is wrong, and where", async () => {
    const response = await runs.start("idea-to-video", { ...IDEA, agent_id: "a b", cells: { Script: null } });
    expect(response.status).toBe(422);
    const { error_code, errors } = await readProblem(response);
    expect(error_code).toBe("input_invalid");
    expect(errors).toEqual([
      { path: "agent_id", message: "must be an id of GEN's." },
      { path: "cells.Script", message: expect.any(String) },
    ]);
  });

  it("is answered with 404 for a pipeline or a run that is not there", async () => {
    expect((await runs.start("nothing", IDEA)).status).toBe(404);
    expect((await get(`/pipelines/idea-to-video/runs/${"0".repeat(64)}`)).status).toBe(404);
  });
});

describe("a client", () => {
  it("gets 403 everywhere without the scope", async () => {
    const key = await stack.worker.addClient({ scopes: ["read", "edit", "generate", "publish", "ideas", "operator"] });
    const location = await runs.begin("idea-to-video", IDEA);
    const refused = [
      await get("/pipelines", key),
      await runs.start("idea-to-video", IDEA, { as: key }),
      await get("/pipelines/idea-to-video/runs", key),
      await get(location, key),
      await runs.stop(location, key),
    ];
    for (const response of refused) {
      expect(response.status).toBe(403);
      expect(await readProblem(response)).toMatchObject({ error_code: "scope_required" });
    }
  });

  it("starts runs for agent 42 alone when it is confined to that, and sees its own runs alone", async () => {
    const key = await stack.worker.addClient({ agents: ["42"], scopes: ["pipelines"] });
    const others = await runs.begin("idea-to-video", IDEA);
    const own = await runs.begin("idea-to-video", IDEA, { as: key });
    const refused = await runs.start("idea-to-video", { ...IDEA, agent_id: 43, sheet: 102 }, { as: key });
    expect(refused.status).toBe(403);
    expect(await readProblem(refused)).toMatchObject({ error_code: "agent_not_allowed" });

    expect((await get(others, key)).status).toBe(404);
    expect((await runs.stop(others, key)).status).toBe(404);
    expect((await get(own, key)).status).toBe(200);
    const list = (await (await get("/pipelines/idea-to-video/runs", key)).json()) as { runs: { id: string }[] };
    expect(list.runs.map(({ id }) => id)).toEqual([idOf(own)]);
  });
});

describe("an input that names another agent, in what it wants generated", () => {
  const video = (data: object) => ({ ...IDEA, generate: { Video: { generation_type: "video_from_text", data } } });
  const FOREIGN = [
    video({ prompt: "x", agent_id: 43 }),
    video({ prompt: "x", target_agent_id: "43" }),
    video({ prompt: "x", more: [{ agent_id: 43 }] }),
    video({ prompt: "x", "user_job[agent_id]": 42 }),
    video({ prompt: "x", " agent_id": 43 }),
    video({ prompt: "x", agent_id: { id: 42 } }),
  ];

  it.each(FOREIGN)("is refused to a client confined to one: %j", async (input) => {
    const key = await stack.worker.addClient({ agents: ["42"], scopes: ["pipelines"] });
    const refused = await runs.start("idea-to-video", input, { as: key });
    expect([refused.status, (await readProblem(refused)).error_code]).toEqual([403, "agent_not_allowed"]);
    expect(stack.gen.control.ledger().totals.requests).toBe(0);
  });

  it("fails every other run in the call that would send it, and GEN never hears of it", async () => {
    const byHand = await runs.begin("idea-to-video", FOREIGN[0]);
    const delivered = await runs.deliver({ type: "video.requested", data: FOREIGN[1] });
    const { runs: started } = (await delivered.json()) as { runs: { location: string }[] };
    for (const location of [byHand, started[0]?.location ?? ""]) {
      const error = { error_code: "agent_not_allowed", step: "generate Video" };
      expect(await runs.ends(location)).toMatchObject({ state: "failed", error });
    }
    expect(runs.charges()).toEqual([]);
    expect(stack.gen.control.ledger().requests.filter(({ body }) => body.includes("43"))).toEqual([]);
  });

  it("is accepted when that agent is the run's own", async () => {
    const key = await stack.worker.addClient({ agents: ["42"], scopes: ["pipelines"] });
    const run = await runs.begin("idea-to-video", video({ prompt: "x", agent_id: "42" }), { as: key });
    expect(await runs.ends(run)).toMatchObject({ state: "finished" });
  });
});

it("the list of runs has the newest first, a page at a time", async () => {
  const started: string[] = [];
  for (let n = 0; n < 3; n += 1) started.unshift(idOf(await runs.begin("idea-to-video", IDEA)) ?? "");
  const first = (await (await get("/pipelines/idea-to-video/runs?limit=2")).json()) as RunList;
  const second = (await (await get(first.next ?? "")).json()) as RunList;

  expect(first.runs.map(({ id }) => id)).toEqual(started.slice(0, 2));
  expect(second.runs.map(({ id }) => id)).toEqual(started.slice(2));
  expect(second.next).toBeUndefined();
});

interface RunList {
  readonly runs: readonly { readonly id: string }[];
  readonly next?: string;
}

it("the list of pipelines has all that there are", async () => {
  expect(await (await get("/pipelines")).json()).toMatchObject({
    pipelines: expect.arrayContaining([
      expect.objectContaining({ name: "fill-empty-cells", triggers: [{ cron: "0 * * * *" }], concurrency: 4 }),
      expect.objectContaining({ name: "idea-to-video", triggers: [{ webhook: "standard-webhooks" }], max_charges: 10 }),
    ]),
  });
});
