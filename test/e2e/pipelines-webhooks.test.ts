import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { IDEA, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { readProblem, type Stack } from "../support/stack.ts";

let receiver: Receiver;
let stack: Stack;
beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startQuickStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
});
afterEach(async () => {
  await stack.close();
  await receiver.close();
});

const runs = pipelineRuns(() => stack);
const event = (data: unknown, type = "video.requested") => ({ type, timestamp: new Date().toISOString(), data });
const POST = { platforms: ["youtube", "instagram"], title: "Three mistakes" };

interface Started {
  readonly runs: readonly { readonly id: string; readonly location: string }[];
}
const startedBy = async (response: Response) => ((await response.json()) as Started).runs;

async function deliver(data: unknown): Promise<string> {
  const [run] = await startedBy(await runs.deliver(event(data)));
  return run?.location ?? "";
}

/** The notifications about runs, once the last one is there. */
async function heard(last: "pipeline.finished" | "pipeline.failed") {
  await eventually(
    () => receiver.got.map(({ type }) => type),
    (types) => types.includes(last),
  );
  return receiver.got.filter(({ type }) => type.startsWith("pipeline."));
}

describe("a signed webhook", () => {
  it("becomes a published video, and the receiver is notified", async () => {
    const response = await runs.deliver(event({ ...IDEA, publish: POST }));
    expect(response.status).toBe(202);
    const [started] = await startedBy(response);
    const run = await runs.ends(started?.location ?? "");

    const url = expect.stringMatching(/^https:.*\.mp4$/);
    const platforms = POST.platforms.map((platform) => ({
      platform,
      normalized_status: "published",
      error_code: null,
    }));
    expect(run).toMatchObject({
      state: "finished",
      trigger: { kind: "webhook", source: "standard-webhooks" },
      output: { url, post: { post_id: expect.any(String), platforms } },
    });
    expect(run.steps.flatMap(({ hint }) => hint ?? [])).toEqual([]);
    const messages = await heard("pipeline.finished");
    expect(messages.map(({ type, genuine }) => [type, genuine])).toEqual([
      ["pipeline.message", true],
      ["pipeline.message", true],
      ["pipeline.finished", true],
    ]);
    expect(messages.map(({ data }) => data)).toMatchObject([
      { pipeline: "idea-to-video", run_id: started?.id, name: "video", data: { url } },
      { run_id: started?.id, name: "published", data: { url, platforms } },
      { run_id: started?.id, result: run.output },
    ]);
    expect(runs.charges()).toHaveLength(2);
  });

  it("starts one run, charged once for each generation, when it comes five times, twice of them at once", async () => {
    const body = event(IDEA);
    const id = "msg_five_times";
    const responses = [await runs.deliver(body, id), ...(await Promise.all([1, 2].map(() => runs.deliver(body, id))))];
    const [run] = await startedBy(responses[0]?.clone() ?? Response.error());
    await runs.ends(run?.location ?? "");
    responses.push(await runs.deliver(body, id), await runs.deliver(body, id));

    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    const started = (await Promise.all(responses.map(startedBy))).flat();
    expect(new Set(started.map((each) => each.id)).size).toBe(1);
    const list = (await (await stack.call("/pipelines/idea-to-video/runs")).json()) as { runs: unknown[] };
    expect(list.runs).toHaveLength(1);
    expect(runs.charges()).toHaveLength(2);
  });

  it("starts no run when it is of another type", async () => {
    const response = await runs.deliver(event(IDEA, "video.deleted"));
    expect(response.status).toBe(202);
    expect(await startedBy(response)).toEqual([]);
  });

  it.each([
    ["without an agent", { ...IDEA, agent_id: undefined }, "agent_id"],
    ["without data", undefined, ""],
  ])("is refused with 422, and kept for a look, %s", async (_, data, path) => {
    const response = await runs.deliver(event(data));
    expect(response.status).toBe(422);
    expect(await readProblem(response)).toMatchObject({ error_code: "input_invalid", errors: [{ path }] });

    const kept = await (await stack.call("/pipelines/idea-to-video/rejected")).json();
    expect(kept).toMatchObject({ rejected: [{ source: "standard-webhooks", issues: [expect.any(String)] }] });
  });
});

describe("publishing", () => {
  it("is waited for until every platform has ended", async () => {
    stack.gen.control.changeSettings({ generationMs: { job: { pendingMs: 500, processingMs: 500 } } });
    const run = await runs.ends(await deliver({ ...IDEA, publish: POST }));

    const waited = run.steps.find(({ name }) => name === "follow the post");
    expect(waited).toMatchObject({ state: "done", attempts: 2 });
    expect(run.output).toMatchObject({ post: { platforms: [{ normalized_status: "published" }, {}] } });
  });

  it("is not waited for when it is for later", async () => {
    const publish = { ...POST, schedule_type: "next_available" };
    const run = await runs.ends(await deliver({ ...IDEA, publish }));

    expect(run.output).toMatchObject({ post: { post_id: expect.any(String), platforms: [] } });
  });

  it("fails the run when GEN refuses it; the video is paid for, so its URL has been told", async () => {
    const run = await runs.ends(await deliver({ ...IDEA, publish: { platforms: ["youtube", "gopher"] } }));

    expect(run).toMatchObject({
      state: "failed",
      error: { error_code: "platform_validation_failed", step: "publish" },
    });
    expect(await heard("pipeline.failed")).toMatchObject([
      { data: { name: "video", data: { url: expect.stringMatching(/mp4$/) } } },
      { data: { error: { error_code: "platform_validation_failed" } } },
    ]);
  });
});
