import { describe, expect, it } from "vitest";
import { parseErrorBody } from "../../../src/gen/error-body.ts";

const NOTHING = { code: null, text: null, members: {} };

const read = (body: unknown, status = 422) =>
  parseErrorBody(status, typeof body === "string" ? body : JSON.stringify(body));

describe("an error body of GEN", () => {
  it.each([
    ["the api host's", { error: "Sheet not found", error_code: "spreadsheet_not_found" }],
    ["the newest document's", { code: "spreadsheet_not_found", message: "Sheet not found" }],
    ["publishing's", { detail: { error: "Sheet not found", error_code: "spreadsheet_not_found" } }],
    ["a nested newest one", { detail: { code: "spreadsheet_not_found", message: "Sheet not found" } }],
    ["a mixed one", { detail: { error: "Sheet not found" }, error_code: "spreadsheet_not_found" }],
  ])("gives code and text in %s shape", (_whose, body) => {
    expect(read(body)).toMatchObject({ code: "spreadsheet_not_found", text: "Sheet not found" });
  });

  it("prefers the nested code and text to those around them", () => {
    const body = { error: "outer", error_code: "outer", detail: { error: "inner", error_code: "inner" } };

    expect(read(body)).toMatchObject({ code: "inner", text: "inner" });
  });

  it("prefers the nested code and text though those around them go by the older names", () => {
    const body = { error: "outer", error_code: "outer", detail: { code: "inner", message: "inner" } };

    expect(read(body)).toMatchObject({ code: "inner", text: "inner" });
  });

  it("has the outer code and text when the nested part holds none", () => {
    const body = { error: "outer", error_code: "outer", detail: { error: null, error_code: null, platform: "x" } };

    expect(read(body)).toMatchObject({ code: "outer", text: "outer" });
  });

  it("prefers error_code to code, and error to message", () => {
    const body = { code: "b", error_code: "a", message: "second", error: "first" };

    expect(read(body)).toMatchObject({ code: "a", text: "first" });
  });

  it("has the second name's code when the first holds none", () => {
    expect(read({ error_code: null, code: "queue_full", error: "", message: "Full" })).toMatchObject({
      code: "queue_full",
      text: "Full",
    });
  });

  it.each([
    [401, "unauthorized"],
    [402, "payment_required"],
    [403, "permission_denied"],
    [404, "not_found"],
    [422, "validation_error"],
    [400, null],
    [409, null],
    [500, null],
  ])("has the code of its status when only details are given: %i is %s", (status, code) => {
    expect(read({ detail: "Something is wrong" }, status)).toEqual({ code, text: "Something is wrong", members: {} });
  });

  it("joins the messages of a list of details", () => {
    const body = {
      detail: [{ loc: ["body", "title"], msg: "Field required" }, { msg: "Too long" }, { type: "x" }, "y"],
    };

    expect(read(body)).toEqual({ code: "validation_error", text: "Field required Too long", members: {} });
  });

  it("reads five details of a list at most", () => {
    const body = { detail: Array.from({ length: 50 }, (_, index) => ({ msg: `m${index}` })) };

    expect(read(body).text).toBe("m0 m1 m2 m3 m4");
  });

  it("has no text in an empty list of details", () => {
    expect(read({ detail: [] })).toEqual({ code: "validation_error", text: null, members: {} });
  });

  it("keeps the members that a caller can act on, and no others", () => {
    const kept = {
      errors: [{ path: "actions.0", code: "blank", message: "is blank" }],
      platform: "tiktok",
      field: "title",
      new_change_set_required: true,
      funding_error_kind: "out_of_credits",
      x402_credit_purchase: { checkout_session_id: "cs_1" },
    };

    expect(read({ error_code: "a", ...kept, trace: "/srv/app.rb:7", api_key: "k", status: 1 }).members).toEqual(kept);
  });

  it("keeps the members of the nested part", () => {
    expect(read({ detail: { error_code: "a", platform: "x", secret: 1 } }).members).toEqual({ platform: "x" });
  });

  it.each([
    ["an object", { error_code: "a" }],
    ["a list", [{ msg: "Too long" }]],
    ["a text", "Too long"],
  ])("keeps the members that stand beside a detail that is %s", (_what, detail) => {
    const kept = { platform: "tiktok", x402_credit_purchase: { checkout_session_id: "cs_1" } };

    expect(read({ ...kept, secret: 1, detail }).members).toEqual(kept);
  });

  it("prefers a nested member to the one beside it", () => {
    expect(read({ platform: "outer", field: "title", detail: { platform: "inner" } }).members).toEqual({
      platform: "inner",
      field: "title",
    });
  });
});

describe("a body that is not GEN's", () => {
  it.each([
    ["nothing", ""],
    ["blanks", "  \n"],
    ["a page", "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"],
    ["half an object", '{"error":"Sheet not found","error_code":"spreadsheet_not'],
    ["an object with a comma too many", '{"error_code":"not_found",}'],
    ["text", "upstream connect error"],
    ["a JSON string", '"not_found"'],
    ["a number", "404"],
    ["null", "null"],
    ["a list", '[{"error":"x","error_code":"not_found"}]'],
    ["an empty object", "{}"],
    ["brackets without end", "[".repeat(65_536)],
    ["nesting without use", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
  ])("gives neither code nor text when it is %s", (_what, body) => {
    expect(read(body)).toEqual(NOTHING);
  });

  it.each([
    ["a line break", "not_found\n"],
    ["a line break inside", "not\nfound"],
    ["capitals", "NotFound"],
    ["a space", "not found"],
    ["a digit in front", "1_not_found"],
    ["an underscore in front", "__proto__"],
    ["a tag", "<b>"],
    ["65 characters", "a".repeat(65)],
    ["nothing", ""],
    ["a number", 404],
    ["a list", ["not_found"]],
    ["an object", { code: "not_found" }],
    ["true", true],
  ])("has no code that is made of %s", (_what, code) => {
    expect(read({ error: "text", error_code: code })).toEqual({ code: null, text: "text", members: {} });
  });

  it("has a code of up to 64 characters", () => {
    expect(read({ error_code: "a".repeat(64) }).code).toBe("a".repeat(64));
  });

  it.each([[{ a: 1 }], [["x"]], [5], [true], [null], [" \n "]])("has no text that is %j", (error) => {
    expect(read({ error_code: "not_found", error })).toEqual({ code: "not_found", text: null, members: {} });
  });

  it("has its text cut after 500 characters", () => {
    expect(read({ error: "x".repeat(60_000) }).text).toBe("x".repeat(500));
    expect(read({ detail: [{ msg: "y".repeat(60_000) }] }).text).toBe("y".repeat(500));
  });

  it("changes no prototype, and reads none", () => {
    const hostile = '{"__proto__":{"error_code":"polluted","errors":[1]},"constructor":{"prototype":{"errors":[2]}}}';

    expect(read(hostile)).toEqual(NOTHING);
    expect(read(`{"detail":${hostile}}`)).toEqual(NOTHING);
    expect(({} as { error_code?: string }).error_code).toBeUndefined();
  });
});
