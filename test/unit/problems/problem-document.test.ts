import { describe, expect, it } from "vitest";
import { en } from "../../../src/problems/english.ts";
import { toProblemDocument } from "../../../src/problems/problem-document.ts";
import { hold } from "../../support/conformance.ts";

const COMMON = {
  "x-request-id": "r",
  "x-genedge-attempts": "1",
  "server-timing": "total;dur=1",
  "cache-control": "no-store",
  vary: "Origin",
};
const CREDITS = { method: "GET", path: "/v1/credit_balance", isScripted: false };

function answer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...COMMON, ...headers },
  });
}

function problem(code: "not_found" | "call_cancelled" | "outcome_unknown", status: number): Response {
  const texts = { language: "en", messages: en } as const;
  const told = { texts, origin: "https://worker.example", requestId: "r", attempts: 1 };
  const body = toProblemDocument({ code, status, retry: "no", charged: "no" }, told);
  return answer(body, status, { "content-type": "application/problem+json", "x-should-retry": "false" });
}

describe("an answer", () => {
  it("is as described when its status, its type, its headers and its body are", async () => {
    const response = await hold(answer({ available_credits: 5 }), CREDITS);
    expect(await response.json()).toEqual({ available_credits: 5 });
    await hold(problem("not_found", 404), CREDITS);
  });

  it.each([
    ["with another body", () => answer({ credits: 5 }), "required property 'available_credits'"],
    ["under another status", () => answer({ available_credits: 5 }, 201), "status 201 of credits.balance"],
    ["as text", () => answer({}, 200, { "content-type": "text/plain" }), "text/plain is not described"],
    ["with a header that is not described", () => answer({}, 200, { location: "/x" }), "the header Location is not"],
    ["with a malformed header", () => answer({}, 200, { "x-genedge-attempts": "one" }), "X-GenEdge-Attempts: "],
    ["with a problem of another status", () => problem("not_found", 422), "equal to one of the allowed values"],
    ["with a problem that it can't have", () => problem("call_cancelled", 409), "call_cancelled with status 409"],
  ])("is not as described %s", async (_, make, complaint) => {
    const read = async () => (await hold(make(), CREDITS)).json();
    await expect(read()).rejects.toThrow(complaint);
  });

  it("is not as described without a header that it must have", async () => {
    const response = answer({ available_credits: 5 });
    response.headers.delete("x-request-id");
    await expect(hold(response, CREDITS)).rejects.toThrow("the header X-Request-Id is missing");
  });

  it("is not as described at an address that no operation is described for", async () => {
    const asked = { method: "GET", path: "/v1/nothing", isScripted: false };
    await expect(hold(answer({}), asked)).rejects.toThrow("no operation is described");
  });

  it("may be anything where a test has scripted what GEN says", async () => {
    const asked = { ...CREDITS, isScripted: true };
    expect(await (await hold(answer({ anything: 1 }, 201), asked)).json()).toEqual({ anything: 1 });
  });
});
