/** Pipelines for tests, used in place of `src/app/pipelines.ts`: see `test-bundle.ts`. */
import * as v from "valibot";
import { SOURCES } from "../../src/app/webhooks.ts";
import { definePipeline, type Pipeline, type WebhookDelivery, webhook } from "../../src/pipelines/define.ts";

/** What the payload of a delivery of `hmac-sha256` may ask of these pipelines. */
export interface TestOrder {
  /** The pipelines that take the delivery; `echo` by default. */
  readonly for?: "picky" | "both" | "renders" | "nobody";
  /** What `picky` makes of it: a count that fits, one that does not, or something that is no input at all. `mended`: it fits the second time. */
  readonly make?: "count" | "mended" | "text" | "bigint" | "circle" | "nothing" | "error" | "when-error";
  readonly note?: unknown;
}

const orderOf = ({ payload }: WebhookDelivery): TestOrder => (payload ?? {}) as TestOrder;

/** Takes the deliveries of every source and returns its input. */
const echo = definePipeline({
  name: "echo",
  description: "Gives back what it was given.",
  triggers: Object.keys(SOURCES).map((source) =>
    webhook(source, {
      when: (delivery) => [undefined, "both"].includes(orderOf(delivery).for),
      input: ({ eventType, payload }) => ({ eventType, payload }),
    }),
  ),
  input: v.object({ eventType: v.nullable(v.string()), payload: v.unknown() }),
  run: (run) => run.step("echo", async () => run.input),
});

/** Expects a number, and gets the value that the delivery asks for. */
const picky = definePipeline({
  name: "picky",
  description: "Takes numbers only.",
  triggers: [webhook("hmac-sha256", { when: wantsPicky, input: (delivery) => make(orderOf(delivery)) })],
  input: v.object({ count: v.number() }),
  run: async ({ input }) => input.count,
});

/** Spends credits once for each delivery. */
const renders = definePipeline({
  name: "renders",
  description: "Generates a text.",
  triggers: [webhook("hmac-sha256", { when: (delivery) => orderOf(delivery).for === "renders" })],
  input: v.unknown(),
  agent: () => "42",
  run: (run) =>
    run.generate("text", "cells.generate", {
      params: { sheet: "101", cell: "10111" },
      query: { agent_id: "42" },
      body: { generation_type: "text", data: { prompt: "A line", model: "m" } },
    }),
});

/** Spends credits once, and then makes a layer, for which GEN has no key: it is asked for once. */
const layers = definePipeline({
  name: "layers",
  description: "Generates a text and makes a layer.",
  input: v.unknown(),
  run: async (run) => {
    const query = { agent_id: "42" };
    const params = { sheet: "101", cell: "10111" };
    const body = { generation_type: "text", data: { prompt: "A line", model: "m" } };
    const { id } = await run.generate("text", "cells.generate", { params, query, body });
    await run.call("make a layer", "layers.create", {
      params,
      query,
      body: { video_layer: { type: "text", position: 0 } },
    });
    return id;
  },
});

/** Spends within a budget of its own, under a tag of its own. */
const thrifty = definePipeline({
  name: "thrifty",
  description: "Generates texts, as many as it is asked for.",
  input: v.object({ count: v.number() }),
  agent: () => "42",
  budget: { chargesPerDay: 3, creditsPerMonth: 5_000, prices: { render: 50 } },
  tag: "own",
  run: async (run) => {
    for (let n = 1; n <= run.input.count; n += 1) {
      await run.generate(`text ${n}`, "cells.generate", {
        params: { sheet: "101", cell: "10111" },
        query: { agent_id: "42" },
        body: { generation_type: "text", data: { prompt: `Line ${n}` } },
      });
    }
  },
});

export const PIPELINES: readonly Pipeline[] = [echo, picky, renders, layers, thrifty];

function wantsPicky(delivery: WebhookDelivery): boolean {
  const { for: whom, make: what } = orderOf(delivery);
  if (what === "when-error") throw new TypeError("when: not what was expected");
  return whom === "picky" || whom === "both";
}

/** The notes that were mapped before, as if the mapping had been mended since. */
const mapped = new Set<unknown>();

function make({ make: what, note }: TestOrder): unknown {
  switch (what) {
    case "mended": {
      const count = mapped.has(note) ? String(note).length : "not a number";
      mapped.add(note);
      return { count };
    }
    case "bigint":
      return { count: 1n };
    case "circle": {
      const circle: Record<string, unknown> = { count: 1 };
      circle.self = circle;
      return circle;
    }
    case "nothing":
      return undefined;
    case "error":
      throw new Error("input: not what was expected");
    case "text":
      return { count: note };
    default:
      return { count: 1 };
  }
}
