import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { type Post, SENDERS, type Sender } from "../support/senders.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import { allSecrets, post, SECRETS, SOURCE_NAMES, webhooks } from "../support/webhooks.ts";

const SIX_MINUTES_MS = 360_000;
/** Long enough ago for a new signature over the same event to have another time. */
const A_MINUTE_MS = 60_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(SECRETS, { bundle: readTestBundle() });
});
afterAll(() => stack.close());
const hooks = webhooks(() => stack);

const withHeader = ({ headers, ...rest }: Post, name: string, value: string): Post => {
  return { ...rest, headers: { ...headers, [name]: value } };
};

describe.each(SOURCE_NAMES)("a delivery from %s", (source) => {
  const sender: Sender = SENDERS[source];
  const { signatureHeader, timed } = sender;
  const countRuns = async () => (await hooks.runs("echo", source)).length;
  const refused = async (delivery: Post) => {
    const before = await countRuns();
    expect((await post(delivery)).status).toBe(401);
    expect(await countRuns()).toBe(before);
  };

  it("is acknowledged with 202 and starts one run, with its payload", async () => {
    const before = await countRuns();
    const [run, ...others] = await hooks.started(await hooks.deliver(source));
    expect(others).toEqual([]);
    expect(run).toMatchObject({ pipeline: "echo", location: `/pipelines/echo/runs/${run?.id}` });

    const ended = await eventually(
      () => hooks.run(run?.location ?? ""),
      ({ state }) => state === "finished",
    );
    expect(ended.trigger).toMatchObject({ kind: "webhook", source });
    expect(ended.input).toMatchObject({ payload: expect.any(Object) });
    expect(ended.steps).toMatchObject([{ name: "echo", attempts: 1 }]);
    expect(await countRuns()).toBe(before + 1);
  });

  it("is refused when its body was changed", async () => {
    const delivery = hooks.toPost(source);
    await refused({ ...delivery, body: `${delivery.body} ` });
  });

  it("is refused when its signature was changed", async () => {
    const delivery = hooks.toPost(source);
    const changed = delivery.headers[signatureHeader]?.replace(
      /([^=])([^=]{4}=*)$/,
      (_, char, end) => (char === "0" ? "1" : "0") + end,
    );
    await refused(withHeader(delivery, signatureHeader, changed ?? ""));
  });

  it("is refused when it is signed with another secret", async () => {
    await refused(hooks.toPost(source, { secret: sender.otherSecret }));
  });

  it("is refused without a signature", async () => {
    const { [signatureHeader]: _, ...headers } = hooks.toPost(source).headers;
    await refused({ ...hooks.toPost(source), headers });
  });

  if (timed)
    it("is refused when it was signed six minutes ago, or will be in six minutes", async () => {
      await refused(hooks.toPost(source, { sentAtMs: Date.now() - SIX_MINUTES_MS }));
      await refused(hooks.toPost(source, { sentAtMs: Date.now() + SIX_MINUTES_MS }));
    });

  it("that is replayed as it was is acknowledged, and starts no second run", async () => {
    const delivery = hooks.toPost(source);
    const first = await hooks.started(await post(delivery));
    const before = await countRuns();
    expect(await hooks.started(await post(delivery))).toEqual(first);
    expect(await countRuns()).toBe(before);
  });

  it("that its sender repeats, signed anew, starts no second run", async () => {
    const event = { id: "repeated" };
    const first = await hooks.started(await hooks.deliver(source, { ...event, sentAtMs: Date.now() - A_MINUTE_MS }));
    expect(await hooks.started(await hooks.deliver(source, event))).toEqual(first);
  });

  it("that comes five times, twice at once, starts one run", async () => {
    const before = await countRuns();
    const delivery = hooks.toPost(source);
    const answers = [await post(delivery), ...(await Promise.all([post(delivery), post(delivery)]))];
    answers.push(await post(delivery), await post(delivery));

    const ids = await Promise.all(answers.map(async (answer) => (await hooks.started(answer)).map(({ id }) => id)));
    expect(new Set(ids.flat()).size).toBe(1);
    expect(await countRuns()).toBe(before + 1);
  });

  it("of another event starts another run", async () => {
    const [first] = await hooks.started(await hooks.deliver(source));
    const [second] = await hooks.started(await hooks.deliver(source));
    expect(second?.id).not.toBe(first?.id);
  });

  if (sender.format === "json")
    it("that is well signed and no JSON is refused with 422", async () => {
      const before = await countRuns();
      const response = await hooks.deliver(source, { body: '{"id":' });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ error_code: "input_invalid", charged: "no" });
      expect(await countRuns()).toBe(before);
    });
});

describe("while secrets are changed", () => {
  const both = { ...SECRETS, ...allSecrets(({ otherSecret }) => otherSecret, "_NEXT") };
  const next = allSecrets(({ otherSecret }) => otherSecret);
  const takesFrom = async (vars: Record<string, string>, select: (sender: Sender) => string) => {
    const changed = await startStack(vars, { bundle: readTestBundle() });
    const { deliver } = webhooks(() => changed);
    const answers = SOURCE_NAMES.map(async (source) => {
      return [source, (await deliver(source, { secret: select(SENDERS[source]) })).status];
    });
    return Object.fromEntries(await Promise.all(answers).finally(changed.close));
  };
  const all = (status: number) => Object.fromEntries(SOURCE_NAMES.map((source) => [source, status]));

  it("both are good, and afterwards the old one is not", async () => {
    expect(await takesFrom(both, ({ secret }) => secret)).toEqual(all(202));
    expect(await takesFrom(both, ({ otherSecret }) => otherSecret)).toEqual(all(202));
    expect(await takesFrom(next, ({ otherSecret }) => otherSecret)).toEqual(all(202));
    expect(await takesFrom(next, ({ secret }) => secret)).toEqual(all(401));
  });
});

describe("what senders ask before they send", () => {
  const nothingRuns = async (ask: () => Promise<void>) => {
    const before = (await hooks.runs("echo")).length;
    await ask();
    expect((await hooks.runs("echo")).length).toBe(before);
  };

  it("Slack's url_verification is answered with its challenge", async () => {
    await nothingRuns(async () => {
      const body = JSON.stringify({ type: "url_verification", token: "t", challenge: "3eZbrw1aB" });
      const response = await hooks.deliver("slack", { body });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.text()).toBe("3eZbrw1aB");
    });
  });

  it("a challenge that Slack has not signed is not", async () => {
    const body = JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aB" });
    const response = await hooks.deliver("slack", { body, secret: "a-stranger's" });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("3eZbrw1aB");
  });

  it("GitHub's ping is answered with 204", async () => {
    await nothingRuns(async () => {
      const response = await hooks.deliver("github", { body: '{"zen":"Keep it logically awesome.","hook_id":1}' });
      expect(response.status).toBe(204);
    });
  });
});
