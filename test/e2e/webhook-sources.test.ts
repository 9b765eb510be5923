import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { type Post, SENDERS, type Sender, type SourceName } from "../support/senders.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import { allSecrets, post, SECRETS, SOURCE_NAMES, webhooks } from "../support/webhooks.ts";
import type { LogLine } from "../support/worker.ts";

const SIX_MINUTES_MS = 360_000;
/** So long ago that a new signature of the same event has another time. */
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
  const started = (response: Response) => hooks.started(response, source);
  const countRuns = async () => (await hooks.runs("echo", source)).length;
  const refused = async (delivery: Post) => {
    const before = await countRuns();
    expect((await post(delivery)).status).toBe(401);
    expect(await countRuns()).toBe(before);
  };

  it("is acknowledged in its sender's way and starts one run, with its payload", async () => {
    const before = await countRuns();
    const [run, ...others] = await started(await hooks.deliver(source));
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

  it("is in the log with its source, its runs, and whether it had come before", async () => {
    const delivery = hooks.toPost(source);
    const lines = () =>
      stack.worker.lines.filter((line) => line.message === "webhook_accepted" && line.source === source);
    const [run] = await started(await post(delivery));
    const first = await eventually(lines, (found) => found.some(({ runs }) => String(runs) === run?.id));
    expect(first.at(-1)).toMatchObject({ level: "info", runs: [run?.id], duplicate: false });
    await post(delivery);
    const all = await eventually(lines, ({ length }) => length > first.length);
    expect(all.at(-1)).toMatchObject({ runs: [run?.id], duplicate: true });
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

  it("is acknowledged when it is replayed as it was, and starts no second run", async () => {
    const delivery = hooks.toPost(source);
    const first = await started(await post(delivery));
    const before = await countRuns();
    expect(await started(await post(delivery))).toEqual(first);
    expect(await countRuns()).toBe(before);
  });

  it("starts no second run when its sender repeats it, signed anew", async () => {
    const event = { id: "repeated" };
    const first = await started(await hooks.deliver(source, { ...event, sentAtMs: Date.now() - A_MINUTE_MS }));
    expect(await started(await hooks.deliver(source, event))).toEqual(first);
  });

  it("starts one run when it comes five times, twice at once", async () => {
    const before = await countRuns();
    const delivery = hooks.toPost(source);
    const answers = [await post(delivery), ...(await Promise.all([post(delivery), post(delivery)]))];
    answers.push(await post(delivery), await post(delivery));

    const ids = await Promise.all(answers.map(async (answer) => (await started(answer)).map(({ id }) => id)));
    expect(new Set(ids.flat()).size).toBe(1);
    expect(await countRuns()).toBe(before + 1);
  });

  it("starts another run when it is of another event", async () => {
    const [first] = await started(await hooks.deliver(source));
    const [second] = await started(await hooks.deliver(source));
    expect(second?.id).not.toBe(first?.id);
  });

  if (sender.format === "json")
    it("is refused with 422 when it is well signed and no JSON", async () => {
      const before = await countRuns();
      const response = await hooks.deliver(source, { body: '{"id":' });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ error_code: "input_invalid", charged: "no" });
      expect(await countRuns()).toBe(before);
    });
});

describe("a delivery that no pipeline wants", () => {
  it.each(SOURCE_NAMES)("is acknowledged in its sender's way: %s", async (source) => {
    const body = SENDERS[source].format === "form" ? "for=nobody" : undefined;
    const event = { id: "e", event_id: "e", for: "nobody", webhookTimestamp: Date.now() };
    const before = (await hooks.runs("echo", source)).length;
    const response = await hooks.deliver(source, { body: body ?? JSON.stringify(event) });
    const { status, body: text = '{"runs":[]}' }: Sender["acknowledged"] = SENDERS[source].acknowledged;
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(await hooks.runs("echo", source)).toHaveLength(before);
  });
});

describe("a delivery that does not say which event it is of", () => {
  it.each<[string, SourceName, string, string]>([
    ["Stripe's", "stripe", '{"object":"event","type":"charge.succeeded"}', "id"],
    ["Stripe's, with an object for an id", "stripe", '{"id":{"value":"evt_1"}}', "id"],
    ["Slack's", "slack", '{"type":"event_callback","event":{"type":"app_mention"}}', "event_id"],
    ["Typeform's", "typeform", '{"event_type":"form_response","event_id":null}', "event_id"],
    ["Typeform's, with one too long", "typeform", JSON.stringify({ event_id: "x".repeat(257) }), "event_id"],
    ["Stripe's, with a number beyond all", "stripe", '{"id":1e400}', "id"],
  ])("is refused, and never identified by something else: %s", async (_, source, body, missing) => {
    const before = (await hooks.runs("echo", source)).length;
    const response = await hooks.deliver(source, { body });
    expect(response.status).toBe(422);
    const errors = [{ path: missing, message: expect.any(String) }];
    expect(await response.json()).toMatchObject({ error_code: "input_invalid", charged: "no", errors });
    expect(await hooks.runs("echo", source)).toHaveLength(before);
    const id = response.headers.get("x-request-id");
    const isOurs = (line: LogLine) => line.message === "webhook_unreadable" && line.request_id === id;
    expect(await stack.worker.waitForLine(isOurs)).toMatchObject({ level: "warn", source, missing });
  });

  it("is identified by a number with all its digits", async () => {
    const event = (id: string, note: number) => hooks.deliver("stripe", { body: `{"id":${id},"note":${note}}` });
    const [first] = await hooks.started(await event("9007199254740993", 1));
    const [again] = await hooks.started(await event("9007199254740993", 2));
    const [other] = await hooks.started(await event("9007199254740992", 1));
    expect(again?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
    expect(await hooks.run(first?.location ?? "")).toMatchObject({ trigger: { delivery_id: "9007199254740993" } });
  });
});

describe("the secrets of a source that are changed", () => {
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
  const all = (select: (sender: Sender) => number) =>
    Object.fromEntries(SOURCE_NAMES.map((source) => [source, select(SENDERS[source])]));
  const taken = all(({ acknowledged }) => acknowledged.status);
  const refused = all(() => 401);

  it("are both good meanwhile, and afterwards the old one is not", async () => {
    expect(await takesFrom(both, ({ secret }) => secret)).toEqual(taken);
    expect(await takesFrom(both, ({ otherSecret }) => otherSecret)).toEqual(taken);
    expect(await takesFrom(next, ({ otherSecret }) => otherSecret)).toEqual(taken);
    expect(await takesFrom(next, ({ secret }) => secret)).toEqual(refused);
  });
});

describe("what senders ask before they send", () => {
  const nothingRuns = async (ask: () => Promise<void>) => {
    const before = (await hooks.runs("echo")).length;
    await ask();
    expect((await hooks.runs("echo")).length).toBe(before);
  };

  it("is answered with its challenge for Slack's url_verification", async () => {
    await nothingRuns(async () => {
      const body = JSON.stringify({ type: "url_verification", token: "t", challenge: "3eZbrw1aB" });
      const response = await hooks.deliver("slack", { body });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(await response.text()).toBe("3eZbrw1aB");
    });
  });

  it("is refused for a challenge that Slack has not signed", async () => {
    const body = JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aB" });
    const response = await hooks.deliver("slack", { body, secret: "a-stranger's" });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("3eZbrw1aB");
  });

  it("is answered with 200 and nothing for Slack's check of its certificate", async () => {
    await nothingRuns(async () => {
      const response = await hooks.deliver("slack", { body: "ssl_check=1&token=t" });
      expect([response.status, await response.text()]).toEqual([200, ""]);
    });
  });

  it("is answered with 204 for GitHub's ping", async () => {
    await nothingRuns(async () => {
      const response = await hooks.deliver("github", { body: '{"zen":"Keep it logically awesome.","hook_id":1}' });
      expect(response.status).toBe(204);
    });
  });
});
