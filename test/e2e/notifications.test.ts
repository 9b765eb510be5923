import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually } from "../support/durable-calls.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

let receiver: Receiver;
let stack: Stack;
beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
});
afterEach(async () => {
  await stack.close();
  await receiver.close();
});

const calls = durableCalls(() => stack);
const { url } = cell(10111);

interface NotificationBody {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_failure: string | null;
  readonly next_attempt_at: string | null;
  readonly tries: readonly { readonly outcome: string }[];
}

async function generate(): Promise<string> {
  const response = await calls.generate(url);
  return String(((await response.json()) as { generation_id: number }).generation_id);
}

const received = (count: number) =>
  eventually(
    () => receiver.got,
    (got) => got.length >= count,
  );
const line = (...states: string[]) =>
  stack.worker.waitForLine(({ message, state }) => message === "notification" && states.includes(String(state)));
const ended = () => line("delivered", "failed");
const post = (path: string, init: RequestInit = {}) => stack.call(path, { method: "POST", ...init });
const read = async (id: string) => (await (await stack.call(`/notifications/${id}`)).json()) as NotificationBody;
const listFailed = async () => {
  const response = await stack.call("/notifications?state=failed");
  return ((await response.json()) as { notifications: NotificationBody[] }).notifications;
};

describe("a generation made through the Worker", () => {
  it("yields one generation.settled, signed by Standard Webhooks", async () => {
    const id = await generate();
    await ended();

    expect(receiver.got).toMatchObject([
      {
        id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
        genuine: true,
        type: "generation.settled",
        data: {
          kind: "generation",
          id,
          phase: "settled",
          status: "completed",
          agent_id: "42",
          generation: { id: Number(id), status: "completed", result: expect.any(String) },
        },
      },
    ]);
  });

  it("is sent again after 5 s, under the same id, when the receiver fails", async () => {
    receiver.script(503);
    await generate();
    expect(await line("waiting")).toMatchObject({ level: "warn", attempts: [{ outcome: "503" }] });
    await ended();
    const [first, second] = receiver.got;

    expect(receiver.got).toHaveLength(2);
    expect(second?.id).toBe(first?.id);
    expect(second?.genuine).toBe(true);
    const waitedMs = (second?.at ?? 0) - (first?.at ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(4_950);
    expect(waitedMs).toBeLessThan(10_000);
  });
});

describe("a notification that has failed", () => {
  it("is listed, and arrives when it is sent again", async () => {
    receiver.script(410);
    await generate();
    await ended();
    const [listed] = await eventually(listFailed, ({ length }) => length > 0);
    const id = listed?.id ?? "";
    expect(listed).toMatchObject({
      type: "generation.settled",
      state: "failed",
      attempts: 1,
      last_failure: "410",
      next_attempt_at: null,
    });
    expect(await read(id)).toMatchObject({ ...listed, tries: [{ outcome: "410" }] });

    const resent = await post(`/notifications/${id}/resend`);
    expect(resent.status).toBe(202);
    expect(await resent.json()).toMatchObject({ id, state: "waiting", next_attempt_at: expect.any(String) });
    await received(2);
    expect(receiver.got.map((each) => each.id)).toEqual([id, id]);
    await eventually(listFailed, ({ length }) => length === 0);
    expect(await read(id)).toMatchObject({ state: "delivered", tries: [{ outcome: "410" }, { outcome: "204" }] });
  });

  it("can't be sent again while it is tried or once it has arrived: 409", async () => {
    receiver.script(500);
    await generate();
    const [first] = await received(1);
    const path = `/notifications/${first?.id}/resend`;
    const early = await post(path);
    expect(early.status).toBe(409);
    expect(await readProblem(early)).toMatchObject({ error_code: "notification_not_failed", charged: "no" });

    await ended();
    expect((await post(path)).status).toBe(409);
  });
});

describe("/notifications", () => {
  it("is for operators: any other client gets 403", async () => {
    const key = await stack.worker.addClient({ name: "product", scopes: ["read", "generate", "admin"] });
    const headers = { "x-api-key": key };
    const id = `msg_${"0".repeat(32)}`;
    const responses = await Promise.all([
      stack.call("/notifications?state=failed", { headers }),
      stack.call(`/notifications/${id}`, { headers }),
      post(`/notifications/${id}/resend`, { headers }),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it.each(["?state=waiting", "?state=delivered", "?state="])(
    "lists failed ones alone: it answers 400 for %j",
    async (query) => {
      const response = await stack.call(`/notifications${query}`);

      expect(response.status).toBe(400);
      expect(await readProblem(response)).toMatchObject({ error_code: "bad_request" });
    },
  );

  it.each([`msg_${"0".repeat(32)}`, "msg_1", "other"])("does not know %s: it answers 404", async (id) => {
    expect((await stack.call(`/notifications/${id}`)).status).toBe(404);
    expect((await post(`/notifications/${id}/resend`)).status).toBe(404);
  });

  it("names the methods it has: it answers 405 to others", async () => {
    const id = `msg_${"0".repeat(32)}`;
    const ask = async (method: string, path: string) => {
      const { status, headers } = await stack.call(path, { method });
      return [status, headers.get("allow")];
    };

    expect(await ask("DELETE", "/notifications")).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(await ask("POST", `/notifications/${id}`)).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(await ask("GET", `/notifications/${id}/resend`)).toEqual([405, "OPTIONS, POST"]);
    expect(await ask("OPTIONS", `/notifications/${id}/resend`)).toEqual([204, "OPTIONS, POST"]);
    expect(await ask("HEAD", "/notifications?state=failed")).toEqual([200, null]);
  });
});

describe("the log", () => {
  it("holds neither the secret, nor the address, nor what was sent", async () => {
    const [, bare = ""] = receiver.secret.split("_");
    await stack.call("/health", { headers: { "x-request-id": bare } });
    await generate();
    await ended();

    expect(await stack.worker.waitForLine(({ request_id }) => request_id === "[redacted]")).toBeDefined();
    expect(stack.worker.output()).not.toContain(bare);
    expect(stack.worker.output()).not.toContain("token=hidden");
    const sent = receiver.got[0]?.data.generation as { result: string } | undefined;
    expect(sent?.result.length).toBeGreaterThan(10);
    expect(stack.worker.output()).not.toContain(String(sent?.result));
  });
});
