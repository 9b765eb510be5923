import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { LANGUAGES } from "../../src/problems/messages.ts";
import { sendHalf } from "../support/half-sent.ts";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider.ts";
import { startReceiver } from "../support/receiver.ts";
import { CANARY_KEY, json, type ProblemBody, readProblem, type Stack, startStack } from "../support/stack.ts";
import { TRANSLATIONS } from "../support/translations.ts";

const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const RENDER = "/v1/vidsheet/101/cells/10112/render?agent_id=42";
/** A generation that costs 20 credits, whatever it shows. */
const IMAGE = { generation_type: "image_from_text", data: { prompt: "A cup of coffee" } };
const TEXT = { generation_type: "text", data: { prompt: "x" } };

let stack: Stack;

afterEach(() => stack.close());

interface Order {
  readonly key?: string;
  readonly tag?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

let orders = 0;

function order(
  client: string,
  { key, tag, path = GENERATE, body = IMAGE, headers = {} }: Order = {},
): Promise<Response> {
  orders += 1;
  const tagged = tag === undefined ? {} : { "x-genedge-tag": tag };
  const all = { "idempotency-key": key ?? `order-${orders}`, "x-api-key": client, prefer: "wait=10" };
  return stack.call(path, json("POST", body, { ...all, ...tagged, ...headers }));
}

const addClient = (policy: Partial<Policy> = {}) => stack.worker.addClient({ name: "client", ...policy });
const idOf = (client: string) => client.split("_")[1];
const charges = () => stack.gen.control.ledger().charges.length;

interface Usage {
  readonly charged_calls: { readonly reserved: number; readonly spent: number };
  readonly credits: { readonly reserved: number; readonly spent: number };
  readonly month: Pick<Usage, "charged_calls" | "credits">;
  readonly budgets: readonly Readonly<Record<string, unknown>>[];
}

async function usage(client: string): Promise<Usage> {
  return (await (await stack.call("/v1/usage", { headers: { "x-api-key": client } })).json()) as Usage;
}

const told = (answer: Response) => answer.headers.get("x-genedge-credits");

async function refusal(
  answer: Promise<Response>,
): Promise<ProblemBody & { readonly budget?: Record<string, unknown> }> {
  return readProblem(await answer);
}

const nextDay = () => new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000).toISOString();
const nextMonth = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
};

describe("a budget", () => {
  it("of a client's month is told apart from its day: 429 budget_exhausted, until the month is over", async () => {
    stack = await startStack();
    const client = await addClient({ creditsPerMonth: 50 });
    expect([(await order(client)).status, (await order(client)).status]).toEqual([201, 201]);
    const refused = await order(client);

    expect(refused.status).toBe(429);
    const problem = await readProblem(refused);
    expect(problem).toMatchObject({
      error_code: "budget_exhausted",
      charged: "no",
      retryable: false,
      estimated_credits: 20,
      budget: { of: "client", name: idOf(client), unit: "credits", per: "month", limit: 50, left: 10 },
    });
    expect(problem.budget).toMatchObject({ renews_at: nextMonth() });
    const waitMs = Date.parse(nextMonth()) - Date.now();
    expect(Math.abs(Number(refused.headers.get("retry-after")) - waitMs / 1_000)).toBeLessThan(60);
    expect(problem.retry_after).toBe(Number(refused.headers.get("retry-after")));
    expect(charges()).toBe(2);
  });

  it("of a client's day keeps its code and its quota, and has budget beside it", async () => {
    stack = await startStack();
    const client = await addClient({ chargesPerDay: 1, chargesPerMonth: 5 });
    await order(client);
    const problem = await refusal(order(client));

    expect(problem).toMatchObject({ error_code: "quota_exhausted", quota: { of: "calls", limit: 1, left: 0 } });
    expect(problem.budget).toEqual({
      of: "client",
      name: idOf(client),
      unit: "calls",
      per: "day",
      limit: 1,
      left: 0,
      renews_at: nextDay(),
    });
  });

  it("of a policy is each user's own, and is called so", async () => {
    const idp: IdentityProvider = await startIdentityProvider();
    stack = await startStack(idp.vars);
    await stack.worker.putPolicy("web-users", { chargesPerMonth: 1 });
    const [one, other] = [await idp.sign({ sub: "one" }), await idp.sign({ sub: "other" })];
    expect([(await order(one)).status, (await order(other)).status]).toEqual([201, 201]);
    const problem = await refusal(order(one));

    expect(problem).toMatchObject({ error_code: "budget_exhausted", budget: { of: "user", per: "month", limit: 1 } });
    expect(problem.budget?.name).toMatch(/^user_[0-9a-f]{32}$/);
    expect((await usage(one)).budgets).toMatchObject([{ of: "user", unit: "calls", used: 1, left: 0 }]);
    idp.close();
  });

  it("of a tag holds for all who use that tag; of each tag (tag:*) by itself", async () => {
    stack = await startStack({ BUDGETS: "tag:* 1 calls/day; tag:big 3 calls/day" });
    const [one, other] = [await addClient(), await addClient()];
    expect((await order(one, { tag: "a" })).status).toBe(201);
    expect((await order(other, { tag: "b" })).status).toBe(201);
    expect(await refusal(order(other, { tag: "a" }))).toMatchObject({
      status: 429,
      error_code: "budget_exhausted",
      budget: { of: "tag", name: "a", unit: "calls", per: "day", limit: 1, left: 0, renews_at: nextDay() },
    });
    for (const client of [one, other, one]) expect((await order(client, { tag: "big" })).status).toBe(201);
    expect((await refusal(order(other, { tag: "big" }))).budget).toMatchObject({ name: "big", limit: 3 });
    expect((await order(one)).status).toBe(201);
  });

  it("of a GEN account holds for its clients alone, and does not tell its limit", async () => {
    stack = await startStack({ BUDGETS: "account:acme 1 calls/month", GEN_API_KEY_ACME: CANARY_KEY });
    const [own, other, elsewhere] = [
      await addClient({ account: "acme" }),
      await addClient({ account: "acme" }),
      await addClient(),
    ];
    expect((await order(own)).status).toBe(201);
    const problem = await refusal(order(other));

    expect(problem).toMatchObject({ error_code: "budget_exhausted" });
    expect(problem.budget).toEqual({
      of: "account",
      name: "acme",
      unit: "calls",
      per: "month",
      left: 0,
      renews_at: nextMonth(),
    });
    expect((await order(elsewhere)).status).toBe(201);
  });

  it("of all is exact, however many come at once, and does not tell its limit", async () => {
    stack = await startStack({ BUDGETS: "all 100 credits/day" });
    const clients = await Promise.all(Array.from({ length: 4 }, () => addClient()));
    const answers = await Promise.all(clients.flatMap((client) => Array.from({ length: 5 }, () => order(client))));
    const statuses = answers.map(({ status }) => status).sort();
    const refused = answers.find(({ status }) => status === 429) as Response;

    expect(statuses).toEqual([...Array(5).fill(201), ...Array(15).fill(429)]);
    expect((await readProblem(refused)).budget).toEqual({
      of: "all",
      name: null,
      unit: "credits",
      per: "day",
      left: expect.any(Number),
      renews_at: nextDay(),
    });
    expect(charges()).toBe(5);
  });

  it("that denies a call leaves the others as they were: a call is in all of its budgets or in none", async () => {
    stack = await startStack({ BUDGETS: "tag:full 0 calls/day; tag:free 5 calls/month; all 1000 credits/day" });
    const client = await addClient({ chargesPerDay: 5, creditsPerMonth: 500, tag: "free" });
    const blocked = await addClient({ chargesPerDay: 5, creditsPerMonth: 500 });
    await order(client);
    expect((await refusal(order(blocked, { tag: "full" }))).budget).toMatchObject({ of: "tag", name: "full" });

    const nothing = { reserved: 0, spent: 0 };
    expect(await usage(blocked)).toMatchObject({ charged_calls: nothing, credits: nothing });
    expect((await usage(blocked)).budgets).toMatchObject([
      { of: "client", unit: "calls", per: "day", used: 0, left: 5 },
      { of: "client", unit: "credits", per: "month", used: 0, left: 500 },
    ]);
    await expect
      .poll(async () => (await usage(client)).budgets)
      .toMatchObject([
        {
          of: "client",
          name: idOf(client),
          unit: "calls",
          per: "day",
          limit: 5,
          used: 1,
          left: 4,
          renews_at: nextDay(),
        },
        { of: "client", unit: "credits", per: "month", limit: 500, used: 20, left: 480, renews_at: nextMonth() },
        { of: "tag", name: "free", unit: "calls", per: "month", limit: 5, used: 1, left: 4 },
      ]);
  });

  it("that is raised in the policy takes effect at the next call", async () => {
    const idp: IdentityProvider = await startIdentityProvider();
    stack = await startStack(idp.vars);
    await stack.worker.putPolicy("small", { creditsPerMonth: 20 });
    await stack.worker.putPolicy("large", { creditsPerMonth: 60 });
    const [small, large] = [await idp.sign({ gen_policy: "small" }), await idp.sign({ gen_policy: "large" })];
    await order(small);
    expect((await refusal(order(small))).budget).toMatchObject({ limit: 20, left: 0 });

    const [first, second] = [await order(large), await order(large)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await refusal(order(large))).budget).toMatchObject({ limit: 60, left: 0 });
    idp.close();
  });

  it("gets back what GEN refused", async () => {
    stack = await startStack({ BUDGETS: "all 1 calls/day" });
    stack.script({ status: 422, body: { error: "Wrong.", error_code: "validation_error" } });
    expect((await order(stack.key)).status).toBe(422);
    await expect.poll(async () => (await order(stack.key)).status).toBe(201);
    expect((await order(stack.key)).status).toBe(429);
  });

  it.each(LANGUAGES)("says in words that a person can act on when it renews: %s", async (language) => {
    stack = await startStack();
    const client = await addClient({ creditsPerMonth: 0 });
    const refused = await order(client, { headers: { "accept-language": language } });
    const problem = await readProblem(refused);

    expect(refused.headers.get("content-language")).toBe(language);
    const texts = language === "en" ? null : TRANSLATIONS.get(language)?.problems.budget_exhausted;
    expect(problem.title).toBe(texts?.title ?? "Budget used up");
    expect(problem.action).toMatch(/\d+\u00a0\S+/);
    expect(problem.developer_detail).toContain("budget says of which");
  });
});

it("whoever gets notifications is told at 80 % and at 100 % of each budget, once each, however many calls come at once", async () => {
  const receiver = await startReceiver();
  const notify = { NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret };
  stack = await startStack({ ...notify, BUDGETS: "all 100 credits/day; tag:* 10 calls/month" });
  const statuses = await Promise.all(
    Array.from({ length: 8 }, async () => (await order(stack.key, { tag: "a" })).status),
  );
  expect(statuses.sort()).toEqual([...Array(5).fill(201), 429, 429, 429]);
  for (let n = 0; n < 5; n += 1) await order(stack.key, { tag: "a" });
  const ofType = (type: string) => receiver.got.filter((each) => each.type === type);
  await expect.poll(() => ofType("generation.settled").length, { timeout: 60_000 }).toBe(5);
  await expect.poll(() => ofType("budget.threshold").length, { timeout: 10_000 }).toBe(2);

  const budget = { of: "all", name: null, unit: "credits", period: new Date().toISOString().slice(0, 10), limit: 100 };
  const warnings = ofType("budget.threshold").sort((a, b) => Number(a.data.percent) - Number(b.data.percent));
  expect(warnings).toMatchObject([
    { genuine: true, data: { budget, percent: 80, renews_at: nextDay() } },
    { genuine: true, data: { budget, percent: 100, used: 100, renews_at: nextDay() } },
  ]);
  expect(new Set(warnings.map(({ id }) => id)).size).toBe(2);
  await receiver.close();
});

describe("what has no price", () => {
  it.each(["all 1000 credits/day", "account:default 1000 credits/month", "tag:web 1000 credits/day"])(
    "is refused under a budget in credits, before anything is sent: %s",
    async (BUDGETS) => {
      stack = await startStack({ BUDGETS });
      const refused = await refusal(order(stack.key, { path: RENDER, body: {}, tag: "web" }));
      expect(refused).toMatchObject({ status: 403, error_code: "price_unknown", charged: "no" });
      expect(stack.gen.control.ledger().requests).toEqual([]);
    },
  );

  it("counts for the price that PRICES names, and the policy's own goes before it", async () => {
    stack = await startStack({ BUDGETS: "all 1000 credits/day", PRICES: "render=50" });
    const [plain, own] = [
      await addClient({ creditsPerDay: 500 }),
      await addClient({ creditsPerDay: 500, prices: { render: 120 } }),
    ];
    expect(told(await order(plain, { path: RENDER, body: {} }))).toBe("estimate=50, left=450");
    expect(told(await order(own, { path: RENDER, body: {} }))).toBe("estimate=120, left=380");
  });

  it("is priced by its operation where it has no type, and by each generation that it starts", async () => {
    stack = await startStack({ PRICES: "sheets.act=30" });
    const client = await addClient({ creditsPerDay: 100 });
    const generate = { action: "generate", target: { type: "cell", id: 10111, sheet_id: 101 }, ...TEXT };
    const act = (count: number) => {
      const body = { agent_id: 42, auto_regenerate: false, actions: Array(count).fill(generate) };
      return order(client, { path: "/v1/vidsheet/actions", body });
    };
    expect(await refusal(act(4))).toMatchObject({ status: 429, estimated_credits: 120, quota: { left: 100 } });
    expect((await act(3)).status).toBe(200);
    expect(charges()).toBe(3);
  });

  it.each<[string, Order]>([
    ["what spends later", { path: "/v1/agents/42/recurring-jobs", body: { name: "x" } }],
    ["what can't be counted", { path: "/v1/vidsheet/actions", body: { agent_id: 42, actions: [] } }],
    ["a rendering with more in its query", { path: `${RENDER}&generation_type=song`, body: {} }],
    ["a generation that can be read in two ways", { body: { ...IMAGE, "data[prompt]": "y" } }],
    [
      "a job of two types",
      { path: "/v1/user_jobs?agent_id=42", body: { user_job_type: "text", user_job: { user_job_type: "song" } } },
    ],
  ])("is refused though a price is named: %s", async (_, asked) => {
    const PRICES = "render=1, text=1, sheets.act=1, cells.generate=1, user_jobs.create=1";
    stack = await startStack({ BUDGETS: "all 1000 credits/day", PRICES });
    expect(await refusal(order(stack.key, asked))).toMatchObject({ status: 403, charged: "no" });
    expect(stack.gen.control.ledger().requests).toEqual([]);
  });

  it("passes under a budget in calls, if it can be counted", async () => {
    stack = await startStack({ BUDGETS: "all 1 calls/day" });
    expect((await order(stack.key, { path: RENDER, body: {} })).status).toBe(201);
    expect(await refusal(order(stack.key, { path: RENDER, body: {} }))).toMatchObject({ budget: { of: "all" } });
    expect(
      await refusal(order(stack.key, { path: "/v1/agents/42/recurring-jobs", body: { name: "x" } })),
    ).toMatchObject({
      status: 403,
      error_code: "operation_not_allowed",
    });
  });
});

it.each(["all 5 calls/day", "all 500 credits/day"])(
  "an upload that is too large to be kept is refused under any budget, for it could not be booked before: %s",
  async (BUDGETS) => {
    stack = await startStack({ BUDGETS, PRICES: "characters.create=5" });
    // It is refused by its length, before it is sent.
    const headers = { "x-api-key": stack.key, "content-type": "multipart/form-data; boundary=part" };
    const upload = await sendHalf(`${stack.worker.url}/v1/characters`, { headers, length: 9 * 1_024 * 1_024 });
    expect(await upload.status()).toBe(413);
    upload.close();
    expect(stack.gen.control.ledger().requests).toEqual([]);
  },
);

describe("a tag", () => {
  beforeEach(async () => {
    stack = await startStack({ BUDGETS: "tag:* 1 calls/day" });
  });

  it("that a policy sets is each call's, and another one is refused", async () => {
    const client = await addClient({ tag: "web" });
    expect(await refusal(order(client, { tag: "other" }))).toMatchObject({
      status: 400,
      error_code: "bad_request",
      developer_detail: "This policy sets the tag of its calls; leave X-GenEdge-Tag out.",
    });
    expect((await order(client)).status).toBe(201);
    expect((await refusal(order(client, { tag: "web" }))).budget).toMatchObject({ of: "tag", name: "web" });
    const listed = async () => (await (await stack.call("/v1/calls?tag=web")).json()) as { calls: readonly unknown[] };
    await expect.poll(async () => (await listed()).calls).toMatchObject([{ tag: "web", client_id: idOf(client) }]);
  });

  it("that a policy demands is missed in calls that cost credits, and in no others", async () => {
    const client = await addClient({ tagRequired: true });
    for (const asked of [{}, { path: "/v1/agents/42/recurring-jobs", body: { name: "x" } }]) {
      expect(await refusal(order(client, asked))).toMatchObject({
        status: 400,
        error_code: "bad_request",
        charged: "no",
        developer_detail: "This policy demands a tag of each call that costs credits: send X-GenEdge-Tag.",
      });
    }
    expect((await stack.call("/v1/vidsheet/101?agent_id=42", { headers: { "x-api-key": client } })).status).toBe(200);
    expect((await order(client, { tag: "a" })).status).toBe(201);
    expect(charges()).toBe(1);
  });
});

describe("X-GenEdge-Credits", () => {
  it("says the estimate, and the least that is left of the client's own budgets in credits", async () => {
    stack = await startStack({ BUDGETS: "tag:web 70 credits/day; account:default 60 credits/day; all 60 credits/day" });
    const client = await addClient({ creditsPerDay: 100, origins: ["https://app.example.com"] });
    const origin = { origin: "https://app.example.com" };
    const [first, second] = [await order(client, { headers: origin }), await order(client, { tag: "web" })];
    expect([told(first), told(second)]).toEqual(["estimate=20, left=80", "estimate=20, left=50"]);
    expect(first.headers.get("access-control-expose-headers")).toContain("X-GenEdge-Credits");
    expect(told(await order(client))).toBe("estimate=20, left=40");
    const refused = await order(client);
    expect((await readProblem(refused)).budget).toMatchObject({ of: "account" });
    expect(told(refused)).toBe("estimate=20, left=40");
  });

  it("is on a refusal, too, with what is left", async () => {
    stack = await startStack();
    const client = await addClient({ creditsPerMonth: 30 });
    await order(client);
    const refused = await order(client);
    expect([refused.status, told(refused)]).toEqual([429, "estimate=20, left=10"]);
  });

  it("is on an answer that only says that the call goes on", async () => {
    stack = await startStack();
    const client = await addClient({ creditsPerMonth: 30 });
    stack.gen.control.addFaults({ rules: [{ match: { path: GENERATE.split("?")[0] as string }, outcomes: ["hang"] }] });
    const pending = await order(client, { headers: { prefer: "wait=2" } });
    expect([pending.status, told(pending)]).toEqual([504, "estimate=20, left=10"]);
  });

  it("is on the answer to a repeat while the call goes on, and to one whose outcome is not known", async () => {
    stack = await startStack();
    const client = await addClient({ creditsPerMonth: 100, prices: { "runs.create": 20, image_from_text: 20 } });
    stack.gen.control.addFaults({
      rules: [
        { match: { path: GENERATE.split("?")[0] as string }, outcomes: ["hang"] },
        { match: { path: "/v1/agent/run" }, outcomes: ["reset"] },
      ],
    });
    const first = order(client, { key: "a", headers: { prefer: "wait=3" } });
    await expect.poll(() => stack.gen.control.ledger().requests.length, { timeout: 10_000 }).toBe(2);
    const repeat = await order(client, { key: "a", headers: { prefer: "" } });
    expect([repeat.status, told(repeat)]).toEqual([409, "estimate=20, left=80"]);
    expect((await first).status).toBe(504);

    const lost = await order(client, { path: "/v1/agent/run", body: { agent_id: 42, prompt: "x" } });
    expect([lost.status, told(lost)]).toEqual([502, "estimate=20, left=60"]);
  });

  it("is not there without a budget in credits of the client's own, nor on what was given back", async () => {
    stack = await startStack({ BUDGETS: "all 1000 credits/day" });
    const [counted, credited] = [await addClient({ chargesPerDay: 5 }), await addClient({ creditsPerDay: 100 })];
    expect(told(await order(stack.key))).toBeNull();
    expect(told(await order(counted))).toBeNull();
    stack.gen.control.addFaults({
      rules: [
        {
          match: { path: GENERATE.split("?")[0] as string },
          outcomes: [{ status: 422, body: { error: "Wrong.", error_code: "validation_error" } }],
        },
      ],
    });
    const refused = await order(credited);
    expect([refused.status, told(refused)]).toEqual([422, null]);
  });
});

it("who did not wait finds in the call which budget had no room for it", async () => {
  stack = await startStack({ BUDGETS: "tag:web 10 credits/day" });
  const accepted = await order(stack.key, { tag: "web", headers: { prefer: "respond-async" } });
  expect(accepted.status).toBe(202);
  const read = async () => (await stack.call(accepted.headers.get("location") as string)).json();
  await expect.poll(read, { timeout: 10_000 }).toMatchObject({
    state: "not_charged",
    charged: "no",
    credits: null,
    budget: { of: "tag", name: "web", unit: "credits", per: "day", limit: 10, left: 10, renews_at: nextDay() },
  });
});

it("a client without any limit sees what it has used today and this month, and no budgets", async () => {
  stack = await startStack();
  await order(stack.key);
  const used = { charged_calls: { reserved: 0, spent: 1, limit: null, left: null } };
  await expect.poll(() => usage(stack.key)).toMatchObject({ ...used, month: used, budgets: [] });
});

it("a denied call leaves nothing stored beyond minutes, and its key is free", async () => {
  stack = await startStack();
  const client = await addClient({ chargesPerMonth: 0 });
  expect((await order(client, { key: "k" })).status).toBe(429);
  const listed = (await (await stack.call(`/v1/calls?client=${idOf(client)}`)).json()) as { calls: unknown[] };
  expect(listed.calls).toEqual([]);
  expect((await order(client, { key: "k", body: TEXT })).status).toBe(429);
});
