import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { LogLine } from "../../../scripts/local/log-feed.ts";
import { describeLine } from "../../../scripts/terminal/describe-line.ts";
import { renderLogLine } from "../../../scripts/terminal/log-printer.ts";

const AT = new Date(2027, 0, 2, 3, 4, 5);
const ID = "96941a49c0ffee";
const line = (message: string, members: Record<string, unknown> = {}): LogLine => ({
  level: "info",
  message,
  ...members,
});
const render = (given: LogLine, stream = {}) => stripVTControlCharacters(renderLogLine(given, AT, stream));

describe("a log line for people", () => {
  it("has the time, the beginning of its id, and what it says", () => {
    const run = { pipeline: "hello", run_id: ID, state: "failed", error_code: "bad", ms: 41 };
    expect(render(line("run", run))).toBe("03:04:05  96941a49  run of hello failed: bad, 41 ms");
    expect(render(line("cron", { cron: "0 * * * *", task: "pipelines", outcome: "ok", ms: 2 }))).toBe(
      "03:04:05            cron 0 * * * *: pipelines ok, 2 ms",
    );
  });

  it("is wrapped under its beginning on a terminal, and stays one line elsewhere", () => {
    const long = line("surprise", { why: "word ".repeat(40).trim() });
    const wrapped = render(long, { isTTY: true, columns: 90 }).split("\n");
    expect(wrapped.length).toBeGreaterThan(2);
    for (const each of wrapped) expect(each.length).toBeLessThan(90);
    expect(wrapped[1]).toMatch(/^ {20}word/);
    expect(render(long)).not.toContain("\n");
  });

  it.each([
    [
      "call",
      { operation: "cells.generate", state: "settled", attempts: [{ outcome: "503" }, { outcome: "201" }] },
      "call cells.generate settled, 2 attempts (503, 201)",
    ],
    [
      "call",
      { operation: "cells.generate", state: "settled", untraced: true, attempts: [{ outcome: "201" }] },
      "call cells.generate settled, what it started is not known, 1 attempt (201)",
    ],
    [
      "generation",
      { job: "generation:9004", phase: "settled", status: "completed", ms: 9 },
      "generation 9004 ended: completed, 9 ms",
    ],
    [
      "generation",
      { job: "user_job:7", phase: "gave-up", status: "pending", ms: 9 },
      "user_job 7 was given up: pending, 9 ms",
    ],
    [
      "notification",
      { type: "call.unknown", state: "waiting", next_attempt_at: "2027", attempts: [{ outcome: "503" }] },
      "notification call.unknown waiting, 1 attempt (503), again at 2027",
    ],
    [
      "notification",
      { type: "call.unknown", state: "failed", why: "refused", attempts: [] },
      "notification call.unknown failed: refused, 0 attempts",
    ],
    [
      "webhook_accepted",
      { source: "github", runs: ["a1", "b2"], duplicate: false },
      "webhook of github accepted, 2 runs: a1 b2",
    ],
    [
      "webhook_accepted",
      { source: "github", runs: ["a1"], duplicate: true },
      "webhook of github accepted, a duplicate: a1",
    ],
    ["webhook_accepted", { source: "github", runs: [], duplicate: false }, "webhook of github accepted, 0 runs"],
    [
      "cron",
      { cron: "0 * * * *", task: "pipelines", outcome: "failed", error: "x", ms: 2 },
      "cron 0 * * * *: pipelines failed: x, 2 ms",
    ],
    [
      "gen_health",
      {
        type: "gen.unhealthy",
        checks: [
          { name: "key", healthy: false, detail: "No." },
          { name: "reachable", healthy: true, detail: null },
        ],
      },
      "gen.unhealthy: key is bad: No.; reachable is good",
    ],
    [
      "uncaught",
      { request_id: ID, error: "TypeError: x", stack: `TypeError: x\n at f (${import.meta.dirname}/a.ts:1:2)` },
      "uncaught TypeError: x",
    ],
    ["unknown_variable", { variable: "A", nearest: "B" }, "A is set, but nothing reads it. Did you mean B?"],
  ])("says of a %s what has become of it: %j", (message, members, text) => {
    expect(describeLine(line(message, members))).toBe(text);
  });

  it("names the line of the code that has thrown", () => {
    const root = import.meta.dirname.replace(/\/test\/unit\/scripts$/, "");
    const frames = [`${root}/src/http/handle.ts:1:2`, `${root}/src/app/own.ts:8:3`, `${root}/src/app/other.ts:9:9`];
    const stack = `Error: x\n${frames.map((frame) => `    at f (file://${frame})\n`).join("")}`;
    const members = { pipeline: "own", run_id: ID, error: "Error: x", stack };
    expect(describeLine(line("pipeline_error", members))).toBe(
      "the code of own has thrown Error: x at src/app/own.ts:8:3",
    );
  });

  it("tells all that a message has which is not known here", () => {
    const members = { request_id: ID, source: "github", missing: null, tries: [1, 2], why: "no\nreason" };
    expect(render(line("something_new", members))).toBe(
      "03:04:05  96941a49  something_new: source github, tries [1,2], why no reason",
    );
    expect(describeLine(line("toString"))).toBe("toString");
  });
});

describe("docs/operating.md", () => {
  const rows = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8").matchAll(
    /^\| (`\w+`.*?) +\|/gm,
  );
  const messages = [...rows].flatMap(([, names = ""]) => [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));

  it.each([...new Set(messages)])("names %s, whose line is told even when it holds nothing else", (message) => {
    if (message === "request") return;
    expect(render(line(message)).length).toBeGreaterThan("03:04:05".length);
  });
});
