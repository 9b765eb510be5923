import { describe, expect, it } from "vitest";
import { GenCallFailed, toFailedTurn, toStepError } from "../../../src/pipelines/steps/call-failed.ts";
import { failures, status } from "../../support/call-model.ts";

const HOUR_MS = 3_600_000;
const failed = (failure: Parameters<typeof toStepError>[0]["failure"]) =>
  toStepError({ kind: "failure", failure, veto: "no-time", ambiguous: false, retryAfterMs: null }, "cells.generate");
const down = failed(failures.unavailable);
const poor = failed(failures.noCredits);

describe("trouble at GEN", () => {
  it("is waited out when it may pass: 30 s, doubling to 5 min", () => {
    const waits = [1, 2, 3, 4, 5, 60, 289].map((turns) => toFailedTurn(down, { turns, creditWaits: 0 }));
    expect(waits).toEqual(
      [30, 60, 120, 240, 300, 300, 300].map((seconds) => ({ kind: "waiting", waitsFor: "gen", ms: seconds * 1_000 })),
    );
  });

  it("fails the step when it does not pass within about a day", () => {
    let waitedMs = 0;
    for (let turns = 1; ; turns += 1) {
      const turn = toFailedTurn(down, { turns, creditWaits: 0 });
      if (turn.kind !== "waiting") {
        expect(turn).toMatchObject({ kind: "failed", code: "gen_unavailable" });
        break;
      }
      waitedMs += turn.ms;
    }
    expect(waitedMs / HOUR_MS).toBeGreaterThan(22);
    expect(waitedMs / HOUR_MS).toBeLessThan(26);
  });

  it.each([
    ["permission_denied", status(403, "permission_denied")],
    ["spreadsheet_not_found", status(404, "spreadsheet_not_found")],
    ["validation_error", status(422, "validation_error")],
    ["gen_key_rejected", status(401, "unauthorized")],
  ])("fails the step at once when no repeat helps: %s", (code, failure) => {
    expect(toFailedTurn(failed(failure), { turns: 1, creditWaits: 0 })).toMatchObject({ kind: "failed", code });
  });
});

describe("a lack of credits", () => {
  it.each([
    status(402, "payment_required"),
    status(422, "usable_gen_credit_required"),
    status(422, "no_active_credit_purchase"),
    failures.noCredits,
  ])("is waited for, an hour at a time: %j", (failure) => {
    const turn = toFailedTurn(failed(failure), { turns: 400, creditWaits: 23 });
    expect(turn).toEqual({ kind: "waiting", waitsFor: "credits", ms: HOUR_MS });
  });

  it("fails the step with GEN's code after a day", () => {
    expect(toFailedTurn(poor, { turns: 25, creditWaits: 24 })).toMatchObject({
      kind: "failed",
      code: "insufficient_credits_for_job",
    });
  });
});

describe("the description of a failed call", () => {
  it("is GEN's sentence where that helps, else the code", () => {
    const text = { kind: "status", status: 422, retryAfterMs: null } as const;
    const told = failed({ ...text, error: { code: "validation_error", text: "n is too large", members: {} } });
    expect(toFailedTurn(told, { turns: 1, creditWaits: 0 })).toMatchObject({ detail: "n is too large" });
    expect(new GenCallFailed(down).message).toBe("GEN could not do it: gen_unavailable (503).");
    expect(new GenCallFailed(down).publicError).toBe(down);
  });
});
