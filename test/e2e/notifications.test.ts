import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually } from "../support/durable-calls.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

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
  readonly resent_at: string | null;
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
const list = async (query = "") => {
  const response = await stack.call(`/notifications${query}`);
  return (await response.json()) as { notifications: NotificationBody[]; next?: string };
};
const listed = async (state: string) => (await list(`?state=${state}`)).notifications;
const listFailed = () => listed("failed");

/** Notifications that have failed at once, the oldest first. */
async function failSome(count: number): Promise<readonly string[]> {
  receiver.script(...Array.from({ length: count }, () => 410));
  for (let n = 0; n < count; n += 1) await generate();
  const failed = await eventually(listFailed, ({ length }) => length === count);
  return failed.map(({ id }) => id).reverse();
}

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

  it("is sent once though that is asked for again, because the answer was lost: each answer says how it stands", async () => {
    const [id = ""] = await failSome(1);
    const path = `/notifications/${id}/resend`;
    const responses = await Promise.all([post(path), post(path), post(path)]);
    expect(responses.map(({ status }) => status)).not.toContain(409);
    await received(2);
    await eventually(
      () => listed("delivered"),
      ([first]) => first?.id === id,
    );

    const late = await post(path);
    expect(late.status).toBe(200);
    expect(await late.json()).toMatchObject({ id, state: "delivered", attempts: 1 });
    expect(receiver.got).toHaveLength(2);
  });
});

describe("a notification that waits for its next attempt", () => {
  it("is listed and counted, and can be sent now", async () => {
    receiver.script(500, 500);
    await generate();
    await received(2);
    const [waiting] = await eventually(
      () => listed("waiting"),
      ([first]) => first?.attempts === 2,
    );
    const health = async () => (await (await stack.call("/health")).json()) as Record<string, unknown>;
    expect(waiting).toMatchObject({ last_failure: "500", next_attempt_at: expect.any(String), resent_at: null });
    expect(await health()).toMatchObject({ notifications_waiting: 1, notifications_failed: 0 });

    expect((await post(`/notifications/${waiting?.id}/resend`)).status).toBe(202);
    await received(3);
    await eventually(
      () => listed("delivered"),
      ([first]) => first?.id === waiting?.id,
    );
    expect(await listed("waiting")).toEqual([]);
    expect(await health()).toMatchObject({ notifications_waiting: 0 });
  });
});

describe("all notifications since a time", () => {
  const order = async (body: unknown) => (await stack.call("/notifications/resend", json("POST", body))).json();

  it("are counted by a dry run, then sent again once, and a repeat finds nothing more to do", async () => {
    const ids = await failSome(3);
    const since = "2026-01-01T00:00:00Z";
    expect(await order({ since, dry_run: true })).toEqual({ matched: 3, resent: 0, left: 3, dry_run: true });
    expect(await order({ since, type: "call.unknown" })).toEqual({ matched: 0, resent: 0, left: 0, dry_run: false });
    expect(await order({ since: "2999-01-01" })).toMatchObject({ matched: 0 });
    expect(receiver.got).toHaveLength(3);

    expect(await order({ since })).toEqual({ matched: 3, resent: 3, left: 0, dry_run: false });
    await received(6);
    expect(receiver.got.slice(3).map(({ id }) => id)).toEqual(ids);
    await eventually(
      () => listed("delivered"),
      ({ length }) => length === 3,
    );
    expect(await order({ since })).toMatchObject({ matched: 0, resent: 0, left: 0 });
    expect(await order({ since, state: "waiting" })).toMatchObject({ matched: 0, resent: 0, left: 0 });
  });

  it("are sent again once though they fail once more, until ten minutes have passed", async () => {
    await failSome(2);
    receiver.script(410, 410);
    expect(await order({ since: "2026-01-01" })).toMatchObject({ matched: 2, resent: 2, left: 0 });
    await received(4);
    await eventually(listFailed, (failed) => failed.length === 2);

    expect(await order({ since: "2026-01-01" })).toMatchObject({ matched: 0, resent: 0 });
    expect(receiver.got).toHaveLength(4);
  });

  it("are not sent again for an order that is not understood", async () => {
    const since = "2026-01-01";
    const wrong = [
      ...[{}, [], { since: "yesterday" }, { since: 1 }, { since, state: "delivered" }, { since, type: "other" }],
      ...[
        { since, dry_run: "true" },
        { since, dryRun: true },
      ],
    ];
    for (const body of wrong) {
      const response = await stack.call("/notifications/resend", json("POST", body));
      const said = expect.stringContaining("since, a time of ISO 8601");
      const problem = { status: 400, error_code: "bad_request", developer_detail: said };
      expect(await readProblem(response), JSON.stringify(body)).toMatchObject(problem);
    }
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

  it("lists pages, the newest first, with the way to the next one", async () => {
    const ids = await failSome(3);
    const first = await list("?limit=2&type=generation.settled&from=2026-01-01");
    expect(first.next).toMatch(/^\/notifications\?limit=2&type=generation.settled&from=2026-01-01&cursor=/);
    const second = (await (await stack.call(first.next ?? "")).json()) as typeof first;

    expect([...first.notifications, ...second.notifications].map(({ id }) => id)).toEqual([...ids].reverse());
    expect(second.next).toBeUndefined();
    expect(await list("?type=call.unknown")).toEqual({ notifications: [] });
    expect(await list("?from=2999-01-01")).toEqual({ notifications: [] });
  });

  it("answers 400 for a query that is not understood", async () => {
    const wrong = ["state=", "state=sending", "type=other", "limit=0", "limit=101", "limit=1e1", "cursor=1"];
    for (const query of [...wrong, "from=yesterday", "from=2026-02-30T25:00Z"]) {
      const response = await stack.call(`/notifications?${query}`);
      expect(await readProblem(response), query).toMatchObject({ status: 400, error_code: "bad_request" });
    }
  });

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
