import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/durable-calls.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import type { TestOrder } from "../support/test-pipelines.ts";
import { post, SECRETS, webhooks } from "../support/webhooks.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack(SECRETS, { bundle: readTestBundle() });
});
afterAll(() => stack.close());
const hooks = webhooks(() => stack);

interface DeliveryBody {
  readonly id: string;
  readonly source: string | null;
  readonly delivery_id: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly size: number | null;
  readonly pipeline: string | null;
  readonly runs: readonly { readonly pipeline: string; readonly location: string }[];
  readonly can_deliver: boolean;
}

const LONG_AGO = "2026-01-01T00:00:00Z";
const list = async (query = ""): Promise<readonly DeliveryBody[]> => {
  const answer = await (await stack.call(`/deliveries?limit=100&${query}`)).json();
  return (answer as { deliveries: DeliveryBody[] }).deliveries;
};
const deliver = (id: string) => stack.call(`/deliveries/${id}/deliver`, { method: "POST" });
const deliverAll = async (body: object) =>
  (await stack.call("/deliveries/deliver", json("POST", { since: LONG_AGO, ...body }))).json();
const health = async () => (await (await stack.call("/health")).json()) as Record<string, number>;

let count = 0;
const send = (what: TestOrder) => {
  count += 1;
  return post(hooks.toPost("hmac-sha256", { body: JSON.stringify({ ...what, event: count }) }));
};
/** Does not fit; its mapping is mended afterwards. */
async function reject(note: string): Promise<DeliveryBody> {
  expect((await send({ for: "picky", make: "mended", note })).status).toBe(422);
  const [latest] = await list("outcome=rejected");
  return latest as DeliveryBody;
}
const outputOf = async (location = "") => {
  const run = await eventually(
    () => hooks.run(location),
    ({ state }) => state === "finished",
  );
  return (run as unknown as { output: unknown }).output;
};

describe("a delivery that fitted no pipeline", () => {
  it("is delivered again whole, though it has a megabyte, once its mapping was mended, and runs once", async () => {
    const note = "é".repeat(500_000);
    const rejected = await reject(note);
    expect(rejected).toMatchObject({ source: "hmac-sha256", pipeline: "picky", can_deliver: true, runs: [] });
    expect(rejected.reason).toContain("count: ");
    expect(rejected.size).toBeGreaterThan(1_000_000);
    expect((await health()).deliveries_rejected).toBe(1);

    const answers = await Promise.all([deliver(rejected.id), deliver(rejected.id)]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[1]).toBe(202);
    const [after] = (await list("outcome=accepted")).filter(({ id }) => id === rejected.id);
    expect(after).toMatchObject({
      outcome: "accepted",
      reason: null,
      can_deliver: false,
      runs: [{ pipeline: "picky" }],
    });
    expect(await outputOf(after?.runs[0]?.location)).toBe(500_000);
    expect((await deliver(rejected.id)).status).toBe(200);
    const { entries } = (await (await stack.call("/v1/audit?limit=1")).json()) as { entries: unknown[] };
    expect(entries).toMatchObject([{ what: "delivery.deliver", target: rejected.id }]);
    expect(await list("outcome=rejected")).toEqual([]);
    expect((await health()).deliveries_rejected).toBe(0);
    expect((await hooks.runs("picky")).length).toBe(1);
  });

  it("stays rejected, with the new reason, when it does not fit again", async () => {
    await send({ for: "picky", make: "text", note: "never" });
    const [rejected] = await list("outcome=rejected");
    const response = await deliver(rejected?.id ?? "");
    expect(await readProblem(response)).toMatchObject({ status: 422, error_code: "input_invalid" });
    expect(await list("outcome=rejected")).toMatchObject([
      { id: rejected?.id, reason: expect.stringContaining("count") },
    ]);
    expect(await deliverAll({ source: "hmac-sha256" })).toEqual({ matched: 1, delivered: 0, dry_run: false });
    expect(await list("outcome=rejected")).toHaveLength(1);
  });

  it("runs once, whether its sender repeats it or it is delivered again", async () => {
    const before = (await hooks.runs("picky")).length;
    const order = { for: "picky", make: "mended", note: "repeated", event: "same" } as TestOrder;
    const delivery = hooks.toPost("hmac-sha256", { body: JSON.stringify(order) });
    expect((await post(delivery)).status).toBe(422);
    const [rejected] = await list("outcome=rejected");
    expect((await post(delivery)).status).toBe(202);
    expect([200, 202]).toContain((await deliver(rejected?.id ?? "")).status);
    expect(await hooks.runs("picky")).toHaveLength(before + 1);
  });

  it("is one of those that a filter delivers: counted by a dry run, and each once when the request is repeated", async () => {
    const before = (await hooks.runs("picky")).length;
    const rest = (await list("outcome=rejected")).length;
    for (const note of ["a", "b", "c"]) await reject(note);
    const matched = rest + 3;

    expect(await deliverAll({ pipeline: "picky", dry_run: true })).toEqual({ matched, delivered: 0, dry_run: true });
    expect(await deliverAll({ pipeline: "echo" })).toEqual({ matched: 0, delivered: 0, dry_run: false });
    expect(await deliverAll({ since: "2999-01-01" })).toMatchObject({ matched: 0 });
    expect(await deliverAll({ pipeline: "picky" })).toEqual({ matched, delivered: 3, dry_run: false });
    expect(await deliverAll({ pipeline: "picky" })).toEqual({ matched: rest, delivered: 0, dry_run: false });
    expect(await hooks.runs("picky")).toHaveLength(before + 3);
  });
});

describe("a delivery that was refused", () => {
  it("is listed with its source, its reason and its size, and with nothing that was sent", async () => {
    const bad = hooks.toPost("github", { body: '{"secret":"canary-in-a-body"}' });
    await post({ ...bad, headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } });
    await hooks.deliver("stripe", { sentAtMs: Date.now() - 360_000 });
    await post({ url: `${stack.worker.url}/webhooks/canary-source`, headers: {}, body: "{}" });
    await post({ url: `${stack.worker.url}/webhooks/linear`, headers: {}, body: "x".repeat(1_100_000) });
    await hooks.deliver("typeform", { body: "{}" });
    await hooks.deliver("hmac-sha256", { body: "no JSON" });

    const refused = await list("outcome=refused");
    expect(refused.map(({ source, reason, size }) => [source, reason, size])).toEqual([
      ["hmac-sha256", "unreadable", 7],
      ["typeform", "identity_missing", 2],
      ["linear", "body_too_large", null],
      [null, "unknown_source", 2],
      ["stripe", "stale", expect.any(Number)],
      ["github", "bad_signature", 29],
    ]);
    expect(JSON.stringify(refused)).not.toContain("canary");
    expect((await health()).deliveries_refused).toBe(6);
    const response = await deliver(refused[0]?.id ?? "");
    expect(await readProblem(response)).toMatchObject({ status: 409, error_code: "nothing_to_resolve" });
  });

  it("is not hidden by a flood of others, which are counted and leave no more than twenty rows", async () => {
    const before = (await health()).deliveries_refused ?? 0;
    for (let n = 0; n < 300; n += 1)
      await post({ url: `${stack.worker.url}/webhooks/github`, headers: {}, body: "{}" });
    const refused = await list("outcome=refused");
    expect(
      refused.filter(({ source, reason }) => source === "github" && reason === "unsigned").length,
    ).toBeLessThanOrEqual(20);
    expect(refused.filter(({ source }) => source === "stripe")).toHaveLength(1);
    expect(refused.filter(({ reason }) => reason === "bad_signature")).toHaveLength(1);
    expect((await health()).deliveries_refused).toBe(before + 300);
  });
});

it("a delivery that was accepted is listed once, with the runs that it has started, however often it comes", async () => {
  const delivery = hooks.toPost("hmac-sha256", { body: JSON.stringify({ event: "accepted" }) });
  const [run] = await hooks.started(await post(delivery));
  await post(delivery);
  const found = (await list("outcome=accepted&source=hmac-sha256")).filter(
    ({ runs }) => runs[0]?.location === run?.location,
  );
  expect(found).toMatchObject([{ outcome: "accepted", can_deliver: false, delivery_id: expect.any(String) }]);
});

it("the list has pages, which lead to every delivery once", async () => {
  const all = await list();
  const seen: string[] = [];
  for (let next: string | undefined = "/deliveries?limit=3"; next !== undefined; ) {
    const page = (await (await stack.call(next)).json()) as { deliveries: DeliveryBody[]; next?: string };
    seen.push(...page.deliveries.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(all.map(({ id }) => id));
  for (const query of ["outcome=lost", "limit=0", "limit=101", "cursor=x"])
    expect((await stack.call(`/deliveries?${query}`)).status).toBe(400);
});

it("deliveries are for operators, and a filter says since when", async () => {
  const key = await stack.worker.addClient({ scopes: ["pipelines", "read"] });
  const as = { "x-api-key": key };
  for (const [path, init] of [
    ["/deliveries", { headers: as }],
    ["/deliveries/x/deliver", { method: "POST", headers: as }],
    ["/deliveries/deliver", json("POST", { since: LONG_AGO }, as)],
  ] as const)
    expect(await readProblem(await stack.call(path, init))).toMatchObject({
      status: 403,
      error_code: "scope_required",
    });
  expect((await deliver("none")).status).toBe(404);
  for (const body of [{}, { since: "yesterday" }, { since: LONG_AGO, from: LONG_AGO }])
    expect((await stack.call("/deliveries/deliver", json("POST", body))).status).toBe(400);
});
