import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/gen/attempt.ts";
import type { Failure } from "../../../src/gen/failure.ts";
import { toReport } from "../../../src/health/gen-report.ts";

const answer = (body: string): Outcome => ({
  kind: "whole-answer",
  response: new Response(),
  body: new TextEncoder().encode(body),
});
const failure = (found: Failure): Outcome => ({ kind: "failure", failure: found });
const status = (code: number, errorCode: string | null = null): Outcome =>
  failure({
    kind: "status",
    status: code,
    error: { code: errorCode, text: "GEN's own words", members: {} },
    retryAfterMs: null,
  });

const ME = answer('{"id":1}');
const balanceOf = (credits: unknown) => answer(JSON.stringify({ available_credits: credits }));

function judge(me: Outcome, balance: Outcome = balanceOf(1_250)) {
  const { checks } = toReport({ me, balance }, { at: 5, lowCredits: 500 });
  return Object.fromEntries(checks.map(({ name, healthy }) => [name, healthy]));
}

const detailOf = (me: Outcome) => toReport({ me, balance: ME }, { at: 5, lowCredits: null }).checks[0]?.detail;

describe("GEN", () => {
  it("is well when it answers, takes the key and tells enough credits", () => {
    expect(judge(ME)).toEqual({ reachable: true, key: true, credits: true });
    expect(toReport({ me: ME, balance: balanceOf(1_250) }, { at: 5, lowCredits: 500 })).toEqual({
      at: 5,
      credits: 1_250,
      checks: [
        { name: "reachable", healthy: true, detail: null },
        { name: "key", healthy: true, detail: null },
        { name: "credits", healthy: true, detail: "1250 credits are left; LOW_CREDITS is 500." },
      ],
    });
  });

  it.each([
    ["no connection", failure({ kind: "lost" }), "No connection to GEN."],
    ["no answer in time", failure({ kind: "timeout" }), "GEN does not answer in time."],
    ["half an answer", failure({ kind: "cut", status: 200 }), "GEN's answer breaks off."],
    ["a redirect or a page", failure({ kind: "unreadable", status: 302 }), "What answers is not GEN."],
    ["a 200 that is not JSON", answer("hello"), "What answers is not GEN."],
    ["a firewall's 401", status(401), "What answers is not GEN."],
    ["a firewall's 403", status(403), "What answers is not GEN."],
    ["a 404 of a proxy", status(404), "What answers is not GEN."],
    ["500", status(500, "internal_error"), "GEN answers with 500."],
    ["503", status(503), "GEN answers with 503."],
    ["408", status(408), "GEN answers with 408."],
  ])("is not reachable behind %s; its key and credits are then not judged", (_, me, detail) => {
    expect(judge(me)).toEqual({ reachable: false, key: null, credits: null });
    expect(detailOf(me)).toBe(detail);
  });

  it("is reachable, and not judged further, while it is busy", () => {
    expect(judge(status(429))).toEqual({ reachable: true, key: null, credits: null });
  });

  it("refuses the key with a 401 of its own", () => {
    expect(judge(status(401, "unauthorized"))).toEqual({ reachable: true, key: false, credits: null });
  });

  it("takes the key when it refuses something else", () => {
    expect(judge(status(403, "permission_denied"))).toMatchObject({ reachable: true, key: true });
  });

  it("is never quoted", () => {
    const refused = [401, 403, 404, 422, 429, 500].flatMap((code) => [status(code), status(code, "some_code")]);
    const reports = refused.map((me) => toReport({ me, balance: me }, { at: 5, lowCredits: 1 }));

    expect(JSON.stringify(reports)).not.toContain("GEN's own words");
  });
});

describe("credits", () => {
  const isHealthy = (credits: unknown, low: number) =>
    toReport({ me: ME, balance: balanceOf(credits) }, { at: 5, lowCredits: low }).checks[2]?.healthy;

  it.each([
    [501, true],
    [500, false],
    [499.5, false],
    ["500.5", true],
    ["12", false],
    [0, false],
    [-3, false],
  ])("must be above LOW_CREDITS: %j with a limit of 500 is healthy: %j", (credits, healthy) => {
    expect(isHealthy(credits, 500)).toBe(healthy);
  });

  it("must not be used up when the limit is 0", () => {
    expect([isHealthy(1, 0), isHealthy(0, 0)]).toEqual([true, false]);
  });

  it("are reported and not judged without LOW_CREDITS", () => {
    expect(toReport({ me: ME, balance: balanceOf(3) }, { at: 5, lowCredits: null })).toMatchObject({
      credits: 3,
      checks: [{ name: "reachable" }, { name: "key" }],
    });
  });

  it.each([null, "", "many", true, {}, undefined])("are not judged when they are %j", (credits) => {
    expect(judge(ME, balanceOf(credits))).toEqual({ reachable: true, key: true, credits: null });
  });

  it.each([
    ["refused", status(404, "not_found")],
    ["failed", status(503)],
    ["lost", failure({ kind: "lost" })],
    ["not JSON", answer("1250")],
  ])("are not judged when the balance was %s, and the report says so", (_, balance) => {
    const { checks, credits } = toReport({ me: ME, balance }, { at: 5, lowCredits: 500 });

    expect(credits).toBeNull();
    expect(checks[2]).toEqual({
      name: "credits",
      healthy: null,
      detail: "Not judged: GEN does not tell the balance.",
    });
  });
});
