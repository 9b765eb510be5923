import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { cell, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const GENERATE = "cells.generate";

/** Charged calls that are made in all. */
const CHARGED = 16;

let stack: Stack;
let text: string;
let samples: ReadonlyMap<string, number>;

/** Samples by name and labels, as Prometheus would read them. */
function parse(metrics: string): Map<string, number> {
  const lines = metrics.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", value = ""] = /^(\S+?(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

const readMetrics = async () => (await stack.call("/metrics")).text();
const sum = (name: string, ...labels: readonly string[]) =>
  [...samples]
    .filter(([sample]) => sample.startsWith(`${name}{`) && labels.every((label) => sample.includes(label)))
    .reduce((total, [, value]) => total + value, 0);

/** 60 reads and 15 charged calls, of which some fail at first, and some for good. */
async function load(): Promise<void> {
  const reads: Outcome[] = [
    "pass",
    { status: 503, body: "" },
    "pass",
    "reset",
    { status: 404, body: { error: "No", error_code: "not_found" } },
  ];
  const posts: Outcome[] = [
    "pass",
    { status: 429, body: "", headers: { "retry-after": "0" } },
    { status: 422, body: { error: "No credits", error_code: "insufficient_credits_for_job" } },
  ];
  const repeat = (outcomes: Outcome[], times: number) => Array.from({ length: times }, () => outcomes).flat();
  stack.gen.control.addFaults({
    rules: [
      { match: { method: "GET" }, outcomes: repeat(reads, 12) },
      { match: { method: "POST" }, outcomes: repeat(posts, 5) },
    ],
  });
  for (let n = 0; n < 60; n += 1)
    await stack.call(SHEET, { headers: { "x-request-id": `read-${n}`, "cache-control": "no-cache" } });
  const { url } = cell(10111);
  for (let n = 0; n < CHARGED - 1; n += 1) await stack.call(url, json("POST", TEXT));
}

const today = () => new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  // Counters begin at midnight: what has met one is begun again.
  for (let day = ""; day !== today(); ) {
    await stack?.close();
    day = today();
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    await load();
    await stack.call(cell(10112).url, json("POST", VIDEO));
    text = await eventually(readMetrics, (metrics) => {
      const found = parse(metrics);
      const ended = ["settled", "not_charged"].map((state) => found.get(`genedge_calls{state="${state}"}`) ?? 0);
      return ended.reduce((sum, count) => sum + count, 0) === CHARGED || day !== today();
    });
    samples = parse(text);
  }
}, 60_000);
afterAll(() => stack.close());

describe("GET /metrics", () => {
  it("counts each request by its operation, class of status and code, as they were answered", () => {
    const answered = stack.worker.lines.filter(({ message }) => message === "request");
    for (const operation of ["sheets.get", GENERATE]) {
      const lines = answered.filter((line) => line.operation === operation);
      const alike = Map.groupBy(lines, ({ status, error_code }) => {
        return `{operation="${operation}",class="${Math.floor(Number(status) / 100)}xx",code="${error_code ?? ""}"}`;
      });
      expect(lines.length).toBeGreaterThan(14);
      expect(alike.size).toBeGreaterThan(1);
      for (const [labels, some] of alike)
        expect(samples.get(`genedge_requests_total${labels}`), labels).toBe(some.length);
      expect(sum("genedge_requests_total", `"${operation}"`)).toBe(lines.length);
    }
  });

  it("counts the attempts that GEN has met", () => {
    const { requests } = stack.gen.control.ledger();
    const met = (method: string) =>
      requests.filter((each) => each.method === method && each.path.startsWith("/v1/vidsheet/101"));
    expect(samples.get('genedge_attempts_total{operation="sheets.get"}')).toBe(
      met("GET").filter(({ path }) => path === "/v1/vidsheet/101").length,
    );
    expect(samples.get(`genedge_attempts_total{operation="${GENERATE}"}`)).toBe(met("POST").length);
  });

  it("counts durable calls by state, as many as GEN has charged and refused", () => {
    const { totals } = stack.gen.control.ledger();
    expect(samples.get('genedge_calls{state="settled"}')).toBe(totals.charges);
    expect(samples.get('genedge_calls{state="not_charged"}')).toBe(CHARGED - totals.charges);
    expect(samples.get("genedge_calls_open")).toBe(0);
    expect(samples.get("genedge_calls_unknown")).toBe(0);
    expect(samples.get("genedge_oldest_open_call_age_seconds")).toBe(0);
  });

  it("has a histogram whose buckets grow and whose last one is the count", () => {
    const of = (suffix: string) => `genedge_request_duration_seconds_${suffix}{operation="sheets.get"`;
    const buckets = [...samples].filter(([name]) => name.startsWith(of("bucket"))).map(([, value]) => value);
    expect(buckets).toHaveLength(11);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(samples.get(`${of("bucket")},le="+Inf"}`)).toBe(60);
    expect(samples.get(`${of("count")}}`)).toBe(60);
    expect(samples.get(`${of("sum")}}`)).toBeGreaterThan(0);
  });

  it("counts what is running, and says whether GEN can be reached and what is left there", async () => {
    const running = await eventually(
      async () => parse(await readMetrics()).get("genedge_generations_running"),
      (count) => count === 1,
    );
    expect(running).toBe(1);
    expect(samples.get("genedge_gen_reachable")).toBe(1);
    expect(samples.get("genedge_credits_available")).toBeGreaterThan(0);
    expect(samples.get('genedge_circuit_open{host="api"}')).toBe(0);
  });

  it("is Prometheus' text: each metric with its help and type before its samples, each sample once", async () => {
    const response = await stack.call("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const lines = text.trimEnd().split("\n");
    let current = "";
    for (const line of lines) {
      const [, word, name] = /^# (HELP|TYPE) (genedge_[a-z_]+) .+$/.exec(line) ?? [];
      if (word === "HELP") current = name ?? "";
      else if (word === "TYPE") expect(name).toBe(current);
      else
        expect(line).toMatch(
          new RegExp(`^${current}(_bucket|_sum|_count)?(\\{([a-z]+="([^"\\\\\\n]|\\\\.)*",?)+\\})? -?[0-9.e+-]+$`),
        );
    }
    expect(samples.size).toBe(lines.filter((line) => !line.startsWith("#")).length);
  });
});

describe("GET /activity", () => {
  it("has every step of the time that is asked for, and in all the same numbers", async () => {
    const response = await stack.call("/activity?step=hour");
    const { series, step_seconds } = (await response.json()) as {
      step_seconds: number;
      series: {
        at: string;
        requests: number;
        by_outcome: Record<string, number>;
        errors: Record<string, number>;
        attempts: number;
        latency_ms: { p50: number | null; p95: number | null };
      }[];
    };
    expect([series.length, step_seconds]).toEqual([24, 3_600]);
    const total = (count: (step: (typeof series)[number]) => number) =>
      series.reduce((all, step) => all + count(step), 0);
    const lines = stack.worker.lines.filter(({ message }) => message === "request");
    expect(total(({ errors }) => errors.insufficient_credits_for_job ?? 0)).toBe(
      lines.filter(({ error_code }) => error_code === "insufficient_credits_for_job").length,
    );
    expect(total(({ by_outcome }) => by_outcome.refused ?? 0)).toBe(
      lines.filter(({ status }) => Number(status) >= 400 && Number(status) < 500).length,
    );
    expect(total(({ by_outcome: { success = 0, refused = 0, failed = 0 } }) => success + refused + failed)).toBe(
      total(({ requests }) => requests),
    );
    const { p50, p95 } = series.findLast(({ requests }) => requests > 0)?.latency_ms ?? {};
    expect(p50).toBeGreaterThan(0);
    expect(p95).toBeGreaterThanOrEqual(p50 ?? 0);
  });

  it.each(["step=second", "from=2026-01-01&to=2025-01-01", "step=minute&from=2026-01-01", "from=x", "q=1"])(
    "refuses what it can't show: %s",
    async (query) => expect((await stack.call(`/activity?${query}`)).status).toBe(400),
  );
});
