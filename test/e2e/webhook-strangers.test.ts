import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type HalfSent, sendHalf } from "../support/half-sent.ts";
import { SENDERS } from "../support/senders.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { readTestBundle } from "../support/test-bundle.ts";
import { post, postRaw, SECRETS, webhooks } from "../support/webhooks.ts";

const MIB = 1_024 * 1_024;
const BUDGET_MS = 1_000;

let stack: Stack;
beforeAll(async () => {
  // Linear's source has no secret: it stands for all sources that an owner does not use.
  const { LINEAR_WEBHOOK_SECRET: _, ...secrets } = SECRETS;
  stack = await startStack({ ...secrets, WEBHOOK_BUDGET_MS: String(BUDGET_MS) }, { bundle: readTestBundle() });
});
afterAll(() => stack.close());
const hooks = webhooks(() => stack);

const to = (source: string) => `${stack.worker.url}/webhooks/${source}`;
const CHANGING = ["date", "server-timing", "x-request-id"];

/** All that a sender can see of an answer, without what is new in every answer. */
async function look(response: Response) {
  const headers = [...response.headers].filter(([name]) => !CHANGING.includes(name));
  const text = (await response.text()).replace(/"instance":"[^"]*"/, "");
  return { status: response.status, headers, text };
}

describe("an unknown sender", () => {
  const forged = (source: string, body = "{}") =>
    post({ url: to(source), headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }, body });

  it.each([
    ["a source that nobody has", () => forged("unheard-of")],
    ["a source without a secret", () => hooks.deliver("linear")],
    ["no signature", () => post({ url: to("github"), headers: {}, body: "{}" })],
    ["a malformed signature", () => post({ url: to("github"), headers: { "x-hub-signature-256": "x" }, body: "{}" })],
    ["an old delivery", () => hooks.deliver("stripe", { sentAtMs: Date.now() - 360_000 })],
    ["constructor", () => forged("constructor")],
    ["__proto__", () => forged("__proto__")],
    ["gen", () => forged("gen")],
    ["GITHUB", () => forged("GITHUB")],
    ["%67ithub", () => forged("%67ithub")],
    ["a name of 4,000 characters", () => forged("x".repeat(4_000))],
    ["no body at all", () => fetch(to("github"), { method: "POST" })],
  ])("sees no difference between a wrong signature and %s", async (_, ask) => {
    const wrong = await look(await forged("github"));
    expect(wrong.status).toBe(401);
    expect(await look(await ask())).toEqual(wrong);
  });

  it.each(["/webhooks/%2e%2e/pipelines", "/webhooks/..%2fv1", "/webhooks/%00", "/webhooks//", "/webhooks/github/x"])(
    "gets nowhere by %s",
    async (path) => {
      expect(await postRaw(stack.worker.url, path)).toMatchObject({ status: 401 });
    },
  );

  it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE"])("gets 405 from every source alike for %s", async (method) => {
    const [known, unknown] = await Promise.all(["github", "unheard-of"].map((each) => fetch(to(each), { method })));
    expect(known?.status).toBe(405);
    expect(known?.headers.get("allow")).toBe("OPTIONS, POST");
    expect(await look(unknown as Response)).toEqual(await look(known as Response));
  });

  it.each([{}, { origin: "https://evil.example", "access-control-request-method": "POST" }])(
    "gets 204 from every source alike for OPTIONS, and no word of credentials",
    async (headers) => {
      const ask = (source: string) => fetch(to(source), { method: "OPTIONS", headers });
      const known = await look(await ask("github"));
      expect(known.status).toBe(204);
      expect(JSON.stringify(known.headers)).not.toContain("credentials");
      expect(await look(await ask("unheard-of"))).toEqual(known);
    },
  );

  it.each(["github", "linear", "unheard-of"])("can send %s a MiB at most", async (source) => {
    expect((await forged(source, "x".repeat(MIB))).status).toBe(401);
    expect((await forged(source, "x".repeat(MIB + 1))).status).toBe(413);
  });

  it("can't keep the Worker busy with a form of a hundred thousand fields", async () => {
    const body = Array.from({ length: 100_000 }, (_, index) => index.toString(36)).join("&");
    expect((await hooks.deliver("twilio", { body, secret: "a stranger's" })).status).toBe(401);
  });
});

describe("a body that does not come", () => {
  let half: HalfSent;
  afterEach(() => half.close());

  it.each(["github", "linear", "unheard-of"])(
    "is waited for as long for %s as for any, then answered with 408",
    async (source) => {
      half = await sendHalf(to(source));
      expect(await half.status()).toBe(408);
    },
  );

  it("is not waited for any longer because it drips", async () => {
    half = await sendHalf(to("github"));
    const drip = setInterval(() => half.write(" "), 50);
    expect(await half.status().finally(() => clearInterval(drip))).toBe(408);
  });

  it("is not waited for any longer because its sender asks for that", async () => {
    half = await sendHalf(to("github"), { headers: { prefer: "wait=60" } });
    expect(await half.status()).toBe(408);
  });

  it("starts nothing when its sender leaves in the middle", async () => {
    const { headers, body } = hooks.toPost("github");
    half = await sendHalf(to("github"), { headers: { ...headers, "x-request-id": "left" }, length: body.length });
    half.write(String(body).slice(1, 10));
    half.close();
    await stack.worker.waitForLine((line) => line.request_id === "left");
    expect(await hooks.runs("echo", "github")).toEqual([]);
  });

  it("is not told that its preference was granted", async () => {
    const delivery = hooks.toPost("github");
    const answer = await post({ ...delivery, headers: { ...delivery.headers, prefer: "wait=60" } });
    expect([answer.status, answer.headers.get("preference-applied")]).toEqual([202, null]);
  });
});

describe("the log", () => {
  it("tells why a delivery was refused, and holds nothing that a sender wrote", async () => {
    const canary = "canary-a71";
    const url = `${to("github")}?token=${canary}`;
    const beside = { "x-github-event": canary, "user-agent": canary };
    const body = JSON.stringify({ note: canary });
    await post({ url, headers: beside, body });
    await post({ url: to(canary), headers: beside, body });
    await post({ ...hooks.toPost("github", { body: `{"${canary}` }) });
    const good = hooks.toPost("github", { body });
    await hooks.started(await post({ ...good, url, headers: { ...good.headers, ...beside } }));
    const picky = { for: "picky", make: "text", note: canary };
    expect((await hooks.deliver("hmac-sha256", { body: JSON.stringify(picky) })).status).toBe(422);

    const { waitForLine, output } = stack.worker;
    await waitForLine((line) => line.message === "webhook_refused" && line.why === "unsigned");
    await waitForLine((line) => line.message === "webhook_refused" && line.why === "unknown_source");
    await waitForLine((line) => line.message === "webhook_unreadable" && line.source === "github");
    await waitForLine((line) => line.message === "webhook_unfit" && line.pipeline === "picky");
    await waitForLine((line) => line.route === "/webhooks/:source" && line.status === 422);
    expect(output()).not.toContain(canary);
  });

  it.each(["constructor", "__proto__", "toString"])("knows no source called %s", async (name) => {
    await fetch(to(name), { method: "POST", headers: { "x-request-id": `named-${name}` }, body: "{}" });
    const line = await stack.worker.waitForLine(
      ({ message, request_id }) => message === "webhook_refused" && request_id === `named-${name}`,
    );
    expect(line).toMatchObject({ source: null, why: "unknown_source" });
  });

  it("holds no secret, not even one that a sender puts where it does not belong", async () => {
    const { secret } = SENDERS.typeform;
    await fetch(to("github"), { method: "POST", headers: { "x-request-id": secret }, body: "{}" });
    await stack.worker.waitForLine((line) => line.request_id === "[redacted]");
    for (const each of Object.values(SENDERS)) expect(stack.worker.output()).not.toContain(each.secret);
  });
});
