import { describe, expect, it } from "vitest";
import { findGenerationId } from "../../../src/webhooks/gen-payload.ts";

const FORM = "application/x-www-form-urlencoded";
const find = (payload: unknown) => findGenerationId(JSON.stringify(payload), "application/json");

describe("the generation in a webhook of GEN", () => {
  it.each([
    ["generation_id at the top", { generation_id: 9000, status: "completed" }],
    ["user_job_id at the top", { user_job_id: "9000" }],
    ["id at the top", { id: 9000 }],
    ["under generation", { generation: { id: 9000, status: "completed" } }],
    ["under data", { event: "generation.completed", data: { generation_id: "9000" } }],
    ["under data, as id", { data: { id: 9000 } }],
    ["under user_job", { user_job: { id: 9000 } }],
    ["beside a row's id", { id: 5, type: "row", generation: { id: 9000 } }],
    ["beside an event's id", { id: "evt_1", data: { id: 9000 } }],
  ])("is found: %s", (_, payload) => {
    expect(find(payload)).toBe("9000");
  });

  it("is found in a form", () => {
    expect(findGenerationId("generation_id=9000&status=completed", FORM)).toBe("9000");
    expect(findGenerationId("id=9000", `${FORM}; charset=utf-8`)).toBe("9000");
  });

  it("is found in JSON that says nothing about itself", () => {
    expect(findGenerationId('{"id":9000}', null)).toBe("9000");
    expect(findGenerationId('{"id":9000}', "text/plain")).toBe("9000");
  });

  it.each([
    ["nothing", ""],
    ["half of it", '{"generation_id":90'],
    ["a page", "<html>generation_id=9000</html>"],
    ["a word", '"9000"'],
    ["a number", "9000"],
    ["null", "null"],
    ["a list", '[{"generation_id":9000}]'],
    ["an unknown shape", '{"payload":{"generation_id":9000}}'],
    ["an id that is an object", '{"generation_id":{"$gt":0}}'],
    ["an id that is a list", '{"generation_id":[9000]}'],
    ["an id that is a truth", '{"id":true}'],
    ["an id that climbs", '{"generation_id":"../../agents/42"}'],
    ["an id with a line break", '{"generation_id":"9000\\nx"}'],
    ["an id with a null byte", '{"generation_id":"9000\\u0000"}'],
    ["an empty id", '{"generation_id":""}'],
    ["an endless id", JSON.stringify({ generation_id: "9".repeat(257) })],
    ["a prototype", '{"__proto__":{"generation_id":9000}}'],
    ["deep nesting", "[".repeat(100_000)],
    ["deep nesting that ends", `${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    ["a form that names nothing", "a=b"],
  ])("is not found in %s, and nothing breaks", (_, text) => {
    expect(findGenerationId(text, "application/json")).toBeNull();
  });

  it.each(["gen.01HZX", "urn:gen:1", "٩٠٠٠", "9".repeat(256)])("is found whatever its id looks like: %s", (id) => {
    expect(findGenerationId(JSON.stringify({ generation_id: id }), "application/json")).toBe(id);
  });

  it("is found by the digits of its number, all of them", () => {
    expect(findGenerationId('{"generation":{"id":9007199254740993}}', "application/json")).toBe("9007199254740993");
  });

  it("a form can't reach a prototype", () => {
    expect(findGenerationId("__proto__=1&constructor=2", FORM)).toBeNull();
  });
});
