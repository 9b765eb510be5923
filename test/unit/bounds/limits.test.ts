import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/access/policy.ts";
import { type Intent, selectLimitDenial, selectRunDenial } from "../../../src/bounds/limits.ts";
import { isSpending } from "../../../src/gen/operation.ts";
import { findOperation, OPERATIONS, type OperationName } from "../../../src/gen/operations.ts";
import { toSpending } from "../../../src/money/spending.ts";

const OPEN: Policy = { name: "web", scopes: ["generate"], agents: "*", origins: [], expiresAt: null };
const TEXT = { generation_type: "text", data: { prompt: "Hello", model: "small" } };

/** Under the policy alone: no variable limits anything. */
function deny(policy: Policy, intent: Intent) {
  const spender = { payer: "c", policy, pipeline: null, tag: null, account: "default", type: null };
  return selectLimitDenial(policy, intent, toSpending(spender, { budgets: [], prices: {} }));
}

function judge(bounds: Partial<Policy>, name: OperationName, more: Partial<Omit<Intent, "operation">> = {}) {
  const intent = { params: {}, search: "?agent_id=42", json: null, ...more };
  return deny({ ...OPEN, ...bounds }, { ...intent, operation: findOperation(name) })?.code ?? null;
}

const generate = (bounds: Partial<Policy>, body: unknown, search?: string) =>
  judge(bounds, "cells.generate", {
    json: typeof body === "string" ? body : JSON.stringify(body),
    ...(search === undefined ? {} : { search }),
  });

const namesOf = (fits: (name: OperationName) => boolean) => OPERATIONS.map(({ name }) => name).filter(fits);

describe("a policy without bounds", () => {
  it("bounds nothing", () => {
    expect(namesOf((name) => judge({}, name) !== null)).toEqual([]);
  });
});

describe("a policy of some operations", () => {
  it("opens these and no others", () => {
    const operations = ["cells.generate", "sheets.get"];
    expect(namesOf((name) => judge({ operations }, name) === null)).toEqual(["sheets.get", "cells.generate"]);
    expect(namesOf((name) => judge({ operations: [] }, name) === null)).toEqual([]);
  });
});

describe("a paused policy", () => {
  it("spends nothing, now or later, and does all else", () => {
    expect(namesOf((name) => judge({ paused: true }, name) === "charges_paused")).toEqual(
      namesOf((name) => isSpending(findOperation(name))),
    );
    expect(judge({ paused: true }, "recurring.resume")).toBe("charges_paused");
    expect(judge({ paused: true }, "recurring.pause")).toBeNull();
  });
});

describe("a run of a pipeline", () => {
  it("is started by a client with bounds: each of its calls is held against them", () => {
    expect(selectRunDenial({ ...OPEN, operations: ["sheets.get"], sheets: ["101"], chargesPerDay: 1 })).toBeNull();
  });

  it("is not started by a client of another GEN account: runs use the default one", () => {
    expect(selectRunDenial({ ...OPEN, account: "acme" })).toMatchObject({
      code: "operation_not_allowed",
      reason: "run_of_account",
    });
  });

  it("is not started by a client that is paused", () => {
    expect(selectRunDenial({ ...OPEN, paused: true })?.code).toBe("charges_paused");
  });
});

describe("a policy of some sheets", () => {
  const sheets = ["101", "launch-2027"];
  const at = (name: OperationName, sheet?: string) =>
    judge({ sheets }, name, sheet === undefined ? {} : { params: { sheet } });

  it("opens these, by the name that it gives them", () => {
    expect([at("sheets.get", "101"), at("cells.generate", "launch-2027")]).toEqual([null, null]);
  });

  it.each(["102", "0101", "101 ", "LAUNCH-2027", "", "__proto__"])("does not open another one: “%s”", (sheet) => {
    expect(at("sheets.get", sheet)).toBe("sheet_not_allowed");
  });

  it.each(["sheets.act", "sheets.create", "sheets.create_from_idea", "sheets.build_quote"] as const)(
    "does not open %s, which names none in its path",
    (name) => {
      expect(at(name)).toBe("sheet_not_allowed");
    },
  );

  it("opens what spends nothing and is of no sheet, and only the continuing of a generation of what spends", () => {
    const outside = OPERATIONS.filter(({ path }) => !path.startsWith("/vidsheet"));
    const opened = outside.filter(({ name }) => at(name) === null);
    expect(opened.map(({ name }) => name)).toEqual(
      outside.filter((each) => !isSpending(each) || each.name === "generations.continue").map(({ name }) => name),
    );
    expect([at("sheets.action_schema"), at("recurring.create")]).toEqual([null, "sheet_not_allowed"]);
  });
});

describe("a policy of some types, models or lengths", () => {
  const video = (data: unknown) => ({ generation_type: "video_from_text", data });

  it.each([
    ["a type that is listed", { generationTypes: ["text"] }, TEXT],
    ["a model that is listed", { models: ["small"] }, TEXT],
    ["a type that has no length", { maxDurationSeconds: 10 }, TEXT],
    ["the longest one", { maxDurationSeconds: 10 }, video({ duration: 10 })],
    ["a length with a fraction", { maxDurationSeconds: 10 }, video({ duration: 9.5 })],
    ["a length as a text", { maxDurationSeconds: 10 }, video({ duration: "8" })],
    [
      "a type that can name no length, if it is listed",
      { maxDurationSeconds: 10, generationTypes: ["lipsync"] },
      { generation_type: "lipsync" },
    ],
    [
      "a type that has no model, if it is listed",
      { models: ["small"], generationTypes: ["captions"] },
      { generation_type: "captions" },
    ],
    [
      "a type that nobody knows, if it is listed",
      { models: ["small"], maxDurationSeconds: 10, generationTypes: ["hologram"] },
      { generation_type: "hologram", data: { duration: 5 } },
    ],
    ["data without a model, if none is asked for", { generationTypes: ["text"] }, { generation_type: "text" }],
    [
      "a deeper member called data",
      { models: ["small"] },
      { ...TEXT, data: { model: "small", variables: { data: 1 } } },
    ],
  ])("lets pass %s", (_, bounds, body) => {
    expect(generate(bounds, body)).toBeNull();
  });

  it.each([
    ["a type that is not listed", { generationTypes: ["text"] }, video({})],
    ["a type in capitals", { generationTypes: ["text"] }, { generation_type: "TEXT" }],
    ["a type with a blank", { generationTypes: ["text"] }, { generation_type: "text " }],
    ["no type", { generationTypes: ["text"] }, { data: {} }],
    ["a list of types", { generationTypes: ["text"] }, { generation_type: ["text"] }],
    ["a model that is not listed", { models: ["small"] }, { ...TEXT, data: { model: "large" } }],
    ["no model", { models: ["small"] }, { ...TEXT, data: {} }],
    ["no data", { models: ["small"] }, { generation_type: "text" }],
    ["a longer one", { maxDurationSeconds: 10 }, video({ duration: 11 })],
    ["a little longer one", { maxDurationSeconds: 10 }, video({ duration: 10.001 })],
    ["a video that names no length", { maxDurationSeconds: 10 }, video({})],
    [
      "a song that names no length, though it is listed",
      { maxDurationSeconds: 10, generationTypes: ["song"] },
      { generation_type: "song" },
    ],
    ["a type that can name no length", { maxDurationSeconds: 10 }, { generation_type: "lipsync" }],
    [
      "a type that names a length for nothing",
      { maxDurationSeconds: 10 },
      { generation_type: "lipsync", data: { duration: 1 } },
    ],
    [
      "a type that names a model for nothing",
      { models: ["small"] },
      { generation_type: "captions", data: { model: "small" } },
    ],
    [
      "a type that nobody knows, whatever it says",
      { models: ["small"] },
      { generation_type: "video_from_dreams", data: { model: "small", duration: 5 } },
    ],
    [
      "a length above the limit, of a type that is listed and can name none",
      { maxDurationSeconds: 10, generationTypes: ["lipsync"] },
      { generation_type: "lipsync", data: { duration: 11 } },
    ],
    ["anything beside type, data and agent", { generationTypes: ["text"] }, { ...TEXT, variants: 50 }],
    ["a length of null", { maxDurationSeconds: 10 }, video({ duration: null })],
    ["a length of nothing", { maxDurationSeconds: 10 }, video({ duration: 0 })],
    ["a length below nothing", { maxDurationSeconds: 10 }, video({ duration: -5 })],
    ["a length in a list", { maxDurationSeconds: 10 }, video({ duration: [5] })],
    ["a length in a list, of a text", { maxDurationSeconds: 10 }, { ...TEXT, data: { duration: [60] } }],
    ["data as a text", { generationTypes: ["text"] }, { ...TEXT, data: '{"duration":60}' }],
    ["data in a list", { generationTypes: ["text"] }, { ...TEXT, data: [{}] }],
    ["a length with its unit", { maxDurationSeconds: 10 }, video({ duration: "5s" })],
    ["an empty length", { maxDurationSeconds: 10 }, video({ duration: "" })],
    ["nothing", { models: ["small"] }, ""],
  ])("refuses %s", (_, bounds, body) => {
    expect(generate(bounds, body)).toBe("generation_not_allowed");
  });

  const ALL: Partial<Policy> = {
    generationTypes: ["text", "video_from_text"],
    models: ["small"],
    maxDurationSeconds: 10,
  };
  const RIGHT = '"generation_type":"video_from_text","data":{"model":"small","duration":5}';

  it("lets pass what is within all of them", () => {
    expect(generate(ALL, `{${RIGHT}}`)).toBeNull();
  });

  it.each([
    ["an exponent", '{"generation_type":"video_from_text","data":{"model":"small","duration":1e3}}'],
    ["a small exponent", '{"generation_type":"video_from_text","data":{"model":"small","duration":0.5e1}}'],
    ["a type that stands twice", `{${RIGHT},"generation_type":"text"}`],
    ["a type that stands twice, in escapes", `{${RIGHT},"generation\\u005ftype":"song"}`],
    ["data that stand twice", `{${RIGHT},"data":{}}`],
    ["a model that stands twice", '{"generation_type":"text","data":{"model":"large","model":"small"}}'],
    [
      "a length in escapes beside the plain one",
      `{${RIGHT.replace('"duration":5', '"duration":5,"d\\u0075ration":60')}}`,
    ],
    ["model and length beside the data", '{"generation_type":"text","data":{},"show":{"model":"small","duration":5}}'],
    ["model and length above the data", '{"generation_type":"text","model":"small","duration":5,"data":{}}'],
    ["model and length below the data", '{"generation_type":"text","data":{"more":{"model":"small","duration":5}}}'],
    ["a second request inside of the first", `{${RIGHT},"cell":{${RIGHT.replace("small", "large")}}}`],
    ["a request in another member", `{"generation":{${RIGHT}}}`],
    ["a request in a list", `[{${RIGHT}}]`],
    ["data in a list", '{"generation_type":"text","data":[{"model":"small"}]}'],
    ["data as a text", '{"generation_type":"text","data":"{\\"model\\":\\"small\\"}"}'],
    ["data of null", '{"generation_type":"text","data":null}'],
    ["brackets", `{${RIGHT},"data[model]":"large"}`],
    ["dots", `{${RIGHT},"data.model":"large"}`],
    ["capitals", `{${RIGHT},"Data":{"model":"large"}}`],
    ["the other way of writing names", `{${RIGHT},"generationType":"song"}`],
    ["a hyphen", `{${RIGHT},"generation-type":"song"}`],
    ["a blank behind a name", `{${RIGHT.replace('"duration":5', '"duration":5,"duration ":60')}}`],
    ["a null byte behind a name", `{${RIGHT.replace('"duration":5', '"duration":5,"duration\\u0000":60')}}`],
    ["what every object inherits", '{"generation_type":"text","data":{"__proto__":{"model":"small","duration":5}}}'],
    ["no object", '"text"'],
    ["a number", "5"],
    ["null", "null"],
  ])("refuses what could be read in two ways: %s", (_, json) => {
    expect(() => JSON.parse(json)).not.toThrow();
    expect(generate(ALL, json)).toBe("generation_not_allowed");
  });

  it.each([
    "?agent_id=42&generation_type=song",
    "?data[duration]=60",
    "?agent_id=42;duration=60",
    "?AGENT_ID=42",
    "?model",
  ])("refuses a query that says more than the agent: %s", (search) => {
    expect(generate(ALL, `{${RIGHT}}`, search)).toBe("generation_not_allowed");
  });

  it.each(["", "?", "?agent_id=42"])("takes the agent in the query: “%s”", (search) => {
    expect(generate(ALL, `{${RIGHT}}`, search)).toBeNull();
  });

  it.each([{ generationTypes: ["text"] }, { models: ["small"] }, { maxDurationSeconds: 10 }])(
    "opens only generating of all that spends credits: %j",
    (bounds) => {
      const spending = namesOf((name) => isSpending(findOperation(name)));
      const opened = spending.filter((name) => judge(bounds, name, { json: JSON.stringify(TEXT) }) === null);
      expect(opened).toEqual(["cells.generate", "layers.generate"]);
    },
  );

  it("opens rendering when it is among the types, whatever the body", () => {
    expect(judge({ generationTypes: ["render"] }, "cells.render")).toBeNull();
    expect(judge({ generationTypes: ["text"] }, "cells.render")).toBe("generation_not_allowed");
  });

  it("needs a body in JSON: a cell has settings of its own, and a form is read by others", () => {
    expect(judge(ALL, "cells.generate", { json: null })).toBe("generation_not_allowed");
  });
});

describe("a refusal", () => {
  const told = (bounds: Partial<Policy>, name: OperationName, more: Partial<Omit<Intent, "operation">> = {}) => {
    const intent = { params: {}, search: "?agent_id=42", json: JSON.stringify(TEXT), ...more };
    const denial = deny({ ...OPEN, ...bounds }, { ...intent, operation: findOperation(name) });
    return [denial?.code, denial?.reason, denial?.hint];
  };
  const film = JSON.stringify({ generation_type: "video_from_text", data: { duration: 60 } });
  const form = { json: null, isUnread: true };
  const extra = { json: JSON.stringify({ ...TEXT, variants: 50 }) };
  const actions = { json: JSON.stringify({ agent_id: 42, actions: [] }) };

  it.each([
    [
      "the type",
      { generationTypes: ["song", "image_from_text"] },
      "cells.generate",
      {},
      "type_not_allowed",
      "Allowed: song, image_from_text.",
    ],
    ["the model", { models: ["large"] }, "cells.generate", {}, "model_not_allowed", "Allowed: large."],
    [
      "the length",
      { maxDurationSeconds: 10 },
      "cells.generate",
      { json: film },
      "length_not_allowed",
      "Allowed: at most 10 seconds.",
    ],
    ["a rendering", { generationTypes: ["text"] }, "cells.render", {}, "type_not_allowed", undefined],
    ["what is no generation", { models: ["small"] }, "runs.create", {}, "generations_only", undefined],
    ["a body that is no JSON", { models: ["small"] }, "cells.generate", form, "generation_must_be_json", undefined],
    [
      "a body that is no JSON, under a quota",
      { chargesPerDay: 5 },
      "cells.generate",
      form,
      "generation_must_be_json",
      undefined,
    ],
    ["a member that nobody knows", { chargesPerDay: 5 }, "cells.generate", extra, "generation_not_plain", undefined],
    ["what can't be counted", { chargesPerDay: 5 }, "sheets.act", actions, "charges_not_countable", undefined],
  ] satisfies [string, Partial<Policy>, OperationName, Partial<Intent>, string, string | undefined][])(
    "says which bound is meant, and what it allows: %s",
    (_, bounds, name, more, reason, hint) => {
      expect(told(bounds, name, more)).toEqual(["generation_not_allowed", reason, hint]);
    },
  );

  it.each([
    [{ maxCredits: 600 }, "cells.generate", form, "price_unknown", "generation_must_be_json"],
    [{ maxCredits: 600 }, "runs.create", {}, "price_unknown", "price_not_estimable"],
    [{ operations: ["sheets.get"] }, "cells.generate", {}, "operation_not_allowed", "operation_not_listed"],
    [{ chargesPerDay: 5 }, "recurring.create", {}, "operation_not_allowed", "operation_spends_later"],
  ] satisfies [Partial<Policy>, OperationName, Partial<Intent>, string, string][])(
    "says why: %j of %s",
    (bounds, name, more, code, reason) => {
      expect(told(bounds, name, more).slice(0, 2)).toEqual([code, reason]);
    },
  );

  it("names at most twenty of what is allowed", () => {
    const models = Array.from({ length: 21 }, (_, index) => `m${index}`);
    expect(told({ models }, "cells.generate")[2]).toMatch(/^Allowed: m0, .*, m19, …\.$/);
  });
});

describe("a policy with a bound of any kind", () => {
  const BOUNDS = [
    { operations: ["cells.generate"] },
    { sheets: ["101"] },
    { chargesPerDay: 5 },
    { generationTypes: ["text"] },
    { models: ["small"] },
    { maxDurationSeconds: 10 },
    { maxCredits: 600 },
    { creditsPerDay: 600 },
  ];

  it.each(BOUNDS)("lets a generation say its type, its data and its agent, and nothing else: %j", (bounds) => {
    const at = (body: object, isUnread = false) =>
      judge(bounds, "cells.generate", {
        params: { sheet: "101" },
        json: isUnread ? null : JSON.stringify(body),
        isUnread,
      });
    expect(at({ ...TEXT, agent_id: 42 })).toBeNull();
    expect(at({ ...TEXT, variants: 50 })).not.toBeNull();
    expect(at(TEXT, true)).not.toBeNull();
  });

  it("closes what spends later, unless the policy names the operation itself", () => {
    const later = namesOf((name) => findOperation(name).spendsLater);
    const open = (bounds: Partial<Policy>) => later.filter((name) => judge(bounds, name) === null);
    for (const bounds of BOUNDS) expect(open(bounds)).toEqual([]);
    expect(open({ operations: ["recurring.create"] })).toEqual(["recurring.create"]);
    expect(open({ operations: ["recurring.create"], chargesPerDay: 5 })).toEqual([]);
  });
});

describe("a policy with a limit of credits", () => {
  const LIMITED: Partial<Policy> = { maxCredits: 600 };

  it.each([LIMITED, { creditsPerDay: 600 }])(
    "opens only what can be priced of all that spends credits: %j",
    (bounds) => {
      const spending = namesOf((name) => isSpending(findOperation(name)));
      const judged = spending.map((name) => [name, judge(bounds, name, { json: JSON.stringify(TEXT) })] as const);
      const opened = judged.filter(([, denial]) => denial === null).map(([name]) => name);
      expect(opened).toEqual(["cells.generate", "layers.generate"]);
      expect(new Set(judged.map(([, denial]) => denial))).toEqual(new Set([null, "price_unknown"]));
    },
  );

  it("leaves all that costs nothing open", () => {
    expect(namesOf((name) => !isSpending(findOperation(name)) && judge(LIMITED, name) !== null)).toEqual([]);
  });

  it("takes the agent in the body or in the query, and nothing else beside what is priced", () => {
    expect(generate(LIMITED, { ...TEXT, agent_id: 42 }, "")).toBeNull();
    expect(generate(LIMITED, { generation_type: "text" })).toBeNull();
    expect(generate(LIMITED, { ...TEXT, priority: 1 })).toBe("price_unknown");
    expect(generate(LIMITED, { generation_type: "hologram" })).toBe("price_unknown");
    expect(generate({ ...LIMITED, generationTypes: ["hologram"] }, { generation_type: "hologram" })).toBeNull();
    expect(generate(LIMITED, TEXT, "?agent_id=42&priority=1")).toBe("price_unknown");
  });
});
