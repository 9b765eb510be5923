import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { cron, definePipeline, listPipelines, webhook, webhookOf } from "../../../src/pipelines/define.ts";

const BASE = { name: "a", description: "A.", input: v.object({}), run: async () => null };

describe("a pipeline", () => {
  it("has four places, a hundred charges, no triggers and no agent, where it says nothing else", () => {
    expect(definePipeline(BASE)).toMatchObject({ concurrency: 4, maxCharges: 100, triggers: [], agent: null });
  });

  it("has what it says", () => {
    const own = { concurrency: 1, maxCharges: 0, triggers: [cron("0 * * * *")], agent: () => "42" };
    expect(definePipeline({ ...BASE, ...own })).toMatchObject(own);
  });

  it.each(["a", "fill-empty-cells", "2-b", "a".repeat(64)])("may be called %s: a segment of a path", (name) => {
    expect(definePipeline({ ...BASE, name }).name).toBe(name);
  });

  it.each(["", "A", "a b", "a/b", "-a", "a-", "a.b", "ä", "a".repeat(65)])("may not be called %j", (name) => {
    expect(() => definePipeline({ ...BASE, name })).toThrow("is no name for a pipeline");
  });

  it.each([{ concurrency: 0 }, { concurrency: Number.NaN }, { maxCharges: -1 }, { maxCharges: Number.NaN }])(
    "can't work with %j",
    (limits) => {
      expect(() => definePipeline({ ...BASE, ...limits })).toThrow("needs a concurrency of at least 1");
    },
  );
});

describe("a pipeline's budget and tag", () => {
  it("are what it says: limits of calls and credits, prices by type and operation", () => {
    const budget = { creditsPerDay: 0.5, chargesPerMonth: 3, prices: { render: 50, "user_jobs.create": 7, newest: 1 } };
    expect(definePipeline({ ...BASE, budget, tag: "customer-17" })).toMatchObject({ budget, tag: "customer-17" });
    expect(definePipeline(BASE)).toMatchObject({ budget: {}, tag: null });
  });

  it.each([
    [{ creditsPerDay: -1 }, "creditsPerDay"],
    [{ creditsPerMonth: Number.POSITIVE_INFINITY }, "creditsPerMonth"],
    [{ chargesPerDay: 1.5 }, "chargesPerDay"],
    [{ creditsPerDai: 5 }, "creditsPerDai"],
    [{ creditsPerDay: "5" }, "creditsPerDay"],
    [{ prices: { render: -1 } }, "prices.render"],
    [{ prices: { "sheets.get": 1 } }, 'the price of "sheets.get"'],
    [{ prices: { rendr: 1 } }, "did you mean render?"],
  ])("are refused where they are defined: %j", (budget, words) => {
    const define = () => definePipeline({ ...BASE, budget: budget as never });
    expect(define).toThrow("The pipeline a: ");
    expect(define).toThrow(words);
  });

  it.each(["", "a b", "ä", "a".repeat(65)])("can't have the tag %j", (tag) => {
    expect(() => definePipeline({ ...BASE, tag })).toThrow(`The pipeline a: "${tag}" is no tag`);
  });
});

describe("the pipelines of a deployment", () => {
  const named = (name: string) => definePipeline({ ...BASE, name });

  it("are those of the list, in its order", () => {
    expect(listPipelines(named("b"), named("a")).map(({ name }) => name)).toEqual(["b", "a"]);
  });

  it("can't have one name twice", () => {
    expect(() => listPipelines(named("a"), named("b"), named("a"))).toThrow('Two pipelines are called "a".');
  });
});

describe("a trigger", () => {
  it.each(["0 * * * *", "*/5 0-6,12 1 JAN MON-FRI", "59 23 LW * 6#3"])("may have the times %s", (expression) => {
    expect(cron(expression)).toMatchObject({ cron: expression });
  });

  it.each(["", "every day", "0 9 * *", "0 9 * * * *", "0  9 * * *", "0 9 * * MON—FRI"])(
    "can't have %j",
    (expression) => {
      expect(() => cron(expression)).toThrow(`"${expression}" is no cron expression`);
    },
  );

  it("can't have a source that is not there, though nobody has compiled it", () => {
    const of = webhookOf({ forms: true });
    expect(of("forms")).toMatchObject({ source: "forms" });
    expect(() => of("from" as "forms")).toThrow('"from" is no webhook source of src/app/webhooks.ts.');
  });

  it("makes, by the clock, one run with an empty input, or those that it is told to make", () => {
    const trigger = cron("0 9 * * *");
    expect(trigger).toMatchObject({ kind: "cron", cron: "0 9 * * *" });
    expect(trigger.kind === "cron" && trigger.inputs({})).toEqual([{}]);
    const many = cron("0 9 * * *", ({ PIPELINE_SHEETS }) => String(PIPELINE_SHEETS).split(","));
    expect(many.kind === "cron" && many.inputs({ PIPELINE_SHEETS: "1,2" })).toEqual(["1", "2"]);
  });

  it("takes, by a webhook, every delivery with its payload as the input, where it says nothing else", () => {
    const trigger = webhook("forms");
    const delivery = { payload: { n: 1 }, eventType: null };
    expect(trigger).not.toHaveProperty("when");
    expect(trigger.kind === "webhook" && trigger.input(delivery)).toEqual({ n: 1 });
    const picky = webhook("forms", { when: ({ eventType }) => eventType === "new", input: () => 7 });
    expect(picky.kind === "webhook" && [picky.when?.(delivery), picky.input(delivery)]).toEqual([false, 7]);
  });
});
