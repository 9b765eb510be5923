import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/encoding/json.ts";
import { checkInput } from "../../../src/pipelines/check-input.ts";
import { definePipeline, type Trigger, type WebhookDelivery, webhook } from "../../../src/pipelines/define.ts";
import { takeDelivery } from "../../../src/pipelines/take-delivery.ts";

const define = (input: v.GenericSchema, ...triggers: Trigger[]) =>
  definePipeline({ name: "p", description: "A test.", triggers, input, run: async () => null });
const delivery = (payload: unknown): WebhookDelivery => ({ payload, eventType: "made" });
const unfit = (message: string) => ({ kind: "unfit", issues: [{ path: "", message }] });
const fail = (): never => {
  throw new Error("not mine");
};

describe("a delivery", () => {
  it("is ignored by a pipeline that listens to another source, or does not want it", () => {
    const elsewhere = define(v.unknown(), webhook("stripe"));
    const unwanted = define(v.unknown(), webhook("github", { when: () => false }));
    expect(takeDelivery(elsewhere, "github", delivery({}))).toEqual({ kind: "ignored" });
    expect(takeDelivery(unwanted, "github", delivery({}))).toEqual({ kind: "ignored" });
  });

  it("is its payload to a pipeline that does not say otherwise", () => {
    const pipeline = define(v.object({ a: v.number() }), webhook("github"));
    expect(takeDelivery(pipeline, "github", delivery({ a: 1 }))).toEqual({ kind: "fits", raw: { a: 1 } });
  });

  it("is taken by the first trigger that wants it, of several for one source", () => {
    const tell = (word: string, when: boolean) => webhook("github", { when: () => when, input: () => word });
    const pipeline = define(v.string(), tell("first", false), tell("second", true), tell("third", true));
    expect(takeDelivery(pipeline, "github", delivery({}))).toEqual({ kind: "fits", raw: "second" });
  });

  it.each([
    ["when", { when: fail }],
    ["input", { input: fail }],
  ])("is unfit when %s throws", (_, options) => {
    const pipeline = define(v.unknown(), webhook("github", options));
    expect(takeDelivery(pipeline, "github", delivery({}))).toEqual(unfit("not mine"));
  });
});

describe("an input", () => {
  const any = define(v.unknown());

  it("is checked as the run will read it: a date is a text by then", () => {
    expect(checkInput(define(v.object({ at: v.date() })), { at: new Date(0) })).toMatchObject({ kind: "unfit" });
    expect(checkInput(any, { at: new Date(0), gone: undefined })).toEqual({
      kind: "fits",
      input: { at: "1970-01-01T00:00:00.000Z" },
    });
  });

  it("is unfit when its schema's own code throws on it", () => {
    expect(checkInput(define(v.pipe(v.string(), v.transform(fail))), "x")).toEqual(unfit("not mine"));
  });

  it("keeps the digits of a whole number, and its code is given no wrong one", () => {
    const raw = parseJson('{"id":9007199254740993,"seeds":[6687881544318117707]}');
    expect(checkInput(any, raw)).toEqual({ kind: "fits", input: raw });
    const strict = define(v.object({ id: v.union([v.string(), v.number()]), seeds: v.array(v.number()) }));
    expect(checkInput(strict, raw)).toMatchObject({
      issues: [
        { path: "id", message: expect.stringContaining("take it as a string") },
        { path: "seeds.0", message: expect.stringContaining("take it as a string") },
      ],
    });
    expect(checkInput(strict, { id: "9007199254740993", seeds: [1] })).toMatchObject({ kind: "fits" });
  });

  it.each([
    ["rounded by a mapping", { id: Number("9007199254740993") }],
    ["with a fraction", parseJson('{"id":9007199254740993.5}')],
    ["with an exponent", parseJson('{"id":9.007199254740993e15}')],
  ])("has no number beyond 2^53, not even one %s", (_, raw) => {
    expect(checkInput(define(v.object({ id: v.number() })), raw)).toMatchObject({ issues: [{ path: "id" }] });
  });

  it("has no number that JSON writes as null", () => {
    expect(checkInput(any, parseJson('{"data":[1e400]}'))).toMatchObject({ kind: "unfit" });
  });

  it("is nested 100 deep at most", () => {
    const nest = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    expect(checkInput(any, nest(100))).toMatchObject({ kind: "fits" });
    expect(checkInput(any, nest(101))).toEqual(unfit("An input may be nested 100 deep."));
  });

  it("has 512 KiB as JSON at most", () => {
    expect(checkInput(any, "x".repeat(512 * 1_024 - 2))).toMatchObject({ kind: "fits" });
    expect(checkInput(any, "x".repeat(512 * 1_024 - 1))).toMatchObject({ kind: "unfit" });
  });

  it("has at most twenty issues, each of some hundred characters", () => {
    const names = Array.from({ length: 30 }, (_, index) => `${index}${"n".repeat(1_000)}`);
    const raw = Object.fromEntries(names.map((name) => [name, "v".repeat(1_000)]));
    const checked = checkInput(define(v.record(v.string(), v.number())), raw);
    const issues = checked.kind === "unfit" ? checked.issues : [];
    expect(issues).toHaveLength(20);
    for (const { path, message } of issues) expect([path.length, message.length]).toEqual([201, 201]);
  });
});
