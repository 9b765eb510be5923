import { describe, expect, it } from "vitest";
import { createMatcher, type Match } from "../../../src/gen/match.ts";
import { OPERATIONS } from "../../../src/gen/operations.ts";
import { createRandom } from "../../support/fake-clock.ts";

const match = createMatcher(OPERATIONS);

/** The match in short: the operation's name, its parameters and the path to GEN. */
function describeMatch(found: Match) {
  return found.kind === "found" ? { name: found.operation.name, params: found.params, path: found.path } : found.kind;
}

const find = (call: string) => {
  const [method = "", path = ""] = call.split(/ (.*)/s);
  return describeMatch(match(method, path));
};

describe("finding an operation", () => {
  it.each([
    ["GET /me", "me.get", {}],
    ["GET /vidsheet/12", "sheets.get", { sheet: "12" }],
    ["POST /vidsheet/my-sheet/cells/9/generate", "cells.generate", { sheet: "my-sheet", cell: "9" }],
    ["DELETE /agents/a_1/voice/v-2", "voices.delete", { agent: "a_1", voice: "v-2" }],
    ["PUT /agent/ideas/5/status/done", "ideas.set_status", { idea: "5", status: "done" }],
  ])("gives the name and the parameters of %s", (call, name, params) => {
    expect(find(call)).toEqual({ name, params, path: call.replace(/^\S+ /, "") });
  });

  it("takes a HEAD for the GET it stands for", () => {
    expect(find("HEAD /me")).toEqual(find("GET /me"));
  });

  it("drops one slash at the end", () => {
    expect(find("GET /vidsheet/12/")).toEqual({ name: "sheets.get", params: { sheet: "12" }, path: "/vidsheet/12" });
  });

  it.each([
    "/nothing",
    "/platform/get_oauth_account",
    "/me/more",
    "/vidsheet/1/2/3/4/5/6/7/8",
    "/admin",
    "/constructor",
    "/",
    "",
  ])("finds no operation at %s", (path) => {
    expect(find(`GET ${path}`)).toBe("none");
  });

  it.each(["/ME", "/Me", "/VIDSHEET/1"])("tells capitals apart and finds no operation at %s", (path) => {
    expect(find(`GET ${path}`)).toBe("none");
  });

  it("treats the names of an object's own machinery as ids like others", () => {
    expect(find("GET /vidsheet/__proto__")).toEqual({
      name: "sheets.get",
      params: { sheet: "__proto__" },
      path: "/vidsheet/__proto__",
    });
  });

  it.each(OPERATIONS)("reaches $name by its own line", ({ method, path, name }) => {
    const params = [...path.matchAll(/:(\w+)/g)].map((parameter) => parameter[1] ?? "");
    const asked = path.replace(/:(\w+)/g, "id-$1");

    expect(find(`${method} ${asked}`)).toEqual({
      name,
      params: Object.fromEntries(params.map((parameter) => [parameter, `id-${parameter}`])),
      path: asked,
    });
  });
});

describe("a fixed segment", () => {
  it("comes before a parameter", () => {
    expect(find("GET /vidsheet/action_schema")).toMatchObject({ name: "sheets.action_schema", params: {} });
    expect(find("GET /vidsheet/1/rows/delta")).toMatchObject({ name: "rows.delta", params: { sheet: "1" } });
  });

  it("gives way to a parameter when it does not have the method", () => {
    expect(find("POST /vidsheet/actions")).toMatchObject({ name: "sheets.act" });
    expect(find("GET /vidsheet/actions")).toMatchObject({ name: "sheets.get", params: { sheet: "actions" } });
  });

  it("gives way to a parameter when it leads nowhere", () => {
    expect(find("GET /vidsheet/actions/rows")).toMatchObject({ name: "rows.list", params: { sheet: "actions" } });
  });

  it("is still the fixed one when it comes encoded", () => {
    expect(find("POST /vidsheet/%61ctions")).toEqual({ name: "sheets.act", params: {}, path: "/vidsheet/actions" });
    expect(find("DELETE /%70ersisted_tokens/revoke%5fall")).toMatchObject({ name: "tokens.revoke_all" });
  });
});

describe("a wrong method", () => {
  it.each([
    ["DELETE /me", ["GET", "HEAD", "OPTIONS"]],
    ["GET /payment", ["OPTIONS", "POST"]],
    ["HEAD /payment", ["OPTIONS", "POST"]],
    ["POST /vidsheet/1/cells/2", ["GET", "HEAD", "OPTIONS", "PATCH", "PUT"]],
    ["get /me", ["GET", "HEAD", "OPTIONS"]],
    ["TRACE /me", ["GET", "HEAD", "OPTIONS"]],
  ])("is told the right ones: %s", (call, allow) => {
    const [method = "", path = ""] = call.split(" ");

    expect(match(method, path)).toEqual({ kind: "other-method", allow });
  });

  it("is told those of every line that the path fits", () => {
    expect(match("TRACE", "/vidsheet/actions")).toEqual({
      kind: "other-method",
      allow: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    });
  });
});

describe("the old name of sheets", () => {
  it("finds the same operations, and is forwarded as received", () => {
    expect(find("POST /autocontentengine/1/cells/2/generate")).toEqual({
      name: "cells.generate",
      params: { sheet: "1", cell: "2" },
      path: "/autocontentengine/1/cells/2/generate",
    });
    expect(find("POST /autocontentengine")).toMatchObject({ name: "sheets.create", path: "/autocontentengine" });
  });

  it("stands for nothing else", () => {
    expect(find("GET /autocontentengine_templates")).toBe("none");
  });
});

describe("a parameter", () => {
  it.each([
    ["a%20b", "a b", "a%20b"],
    ["%61%62c", "abc", "abc"],
    ["caf%C3%A9", "café", "caf%C3%A9"],
    ["café", "café", "caf%C3%A9"],
    ["日本", "日本", "%E6%97%A5%E6%9C%AC"],
    ["🎬", "🎬", "%F0%9F%8E%AC"],
    ["a.json", "a.json", "a.json"],
    ["a+b", "a+b", "a%2Bb"],
    ["a:b@c", "a:b@c", "a%3Ab%40c"],
    ["a&b=c", "a&b=c", "a%26b%3Dc"],
    ["..a", "..a", "..a"],
  ])("is read once and encoded anew: %s", (raw, sheet, encoded) => {
    expect(find(`GET /vidsheet/${raw}`)).toEqual({
      name: "sheets.get",
      params: { sheet },
      path: `/vidsheet/${encoded}`,
    });
  });

  it.each([
    ["a dot segment", "."],
    ["two dots", ".."],
    ["three dots", "..."],
    ["encoded dots", "%2e%2e"],
    ["half-encoded dots", ".%2E"],
    ["doubly encoded dots", "%252e%252e"],
    ["an encoded slash", "a%2fb"],
    ["an encoded slash in capitals", "..%2F..%2Fplatform"],
    ["a doubly encoded slash", "a%252fb"],
    ["a backslash", "a\\b"],
    ["an encoded backslash", "a%5cb"],
    ["an encoded question mark", "a%3fagent_id=1"],
    ["an encoded hash", "a%23b"],
    ["a semicolon", "a;agent_id=1"],
    ["an encoded semicolon", "a%3bb"],
    ["a null byte", "a%00"],
    ["a line break", "a%0d%0ab"],
    ["a raw line break", "a\nb"],
    ["a tab", "a%09b"],
    ["a delete character", "a%7fb"],
    ["a control character of the second block", "a%C2%85b"],
    ["an escape that is none", "%zz"],
    ["half an escape", "a%2"],
    ["a percent sign alone", "100%"],
    ["an encoded percent sign", "100%25"],
    ["an escape that is no UTF-8", "%ff"],
    ["an overlong dot", "%c0%ae%c0%ae"],
    ["an encoded surrogate", "%ed%a0%80"],
    ["half a pair of surrogates", "a\ud800"],
    ["the other half", "\udc00a"],
    ["a pair the wrong way round", "\udc00\ud800"],
    ["nothing", ""],
    ["257 characters", "a".repeat(257)],
    ["257 encoded characters", "%61".repeat(257)],
  ])("is malformed when it is %s", (_what, raw) => {
    expect(find(`GET /vidsheet/${raw}/rows`)).toBe("malformed");
  });

  it("may have 256 characters", () => {
    expect(find(`GET /vidsheet/${"a".repeat(256)}`)).toMatchObject({ params: { sheet: "a".repeat(256) } });
    expect(find(`GET /vidsheet/${"%C3%A9".repeat(256)}`)).toMatchObject({ params: { sheet: "é".repeat(256) } });
  });
});

describe("a path", () => {
  it.each(["//me", "/me//", "//", "/vidsheet//rows"])("is malformed when a segment is empty: %s", (path) => {
    expect(find(`GET ${path}`)).toBe("malformed");
  });

  it("is malformed by one bad segment, though no operation is there", () => {
    expect(find("GET /nothing/%2e%2e/me")).toBe("malformed");
    expect(find("GET /vidsheet/../platform/get_oauth_account")).toBe("malformed");
  });

  it("never makes the matcher throw, whatever it is made of", () => {
    const random = createRandom(8);
    const pieces = [
      "/",
      "%",
      "%2",
      "%ff",
      "%00",
      "..",
      ":",
      "\ud800",
      "\udfff",
      "\0",
      "me",
      "vidsheet",
      "é",
      "🎬",
      "\\",
    ];
    const draw = () => pieces[Math.floor(random() * pieces.length)] ?? "";

    for (let round = 0; round < 5_000; round += 1) {
      const path = Array.from({ length: Math.floor(random() * 8) }, draw).join("");
      expect(() => match("GET", path), JSON.stringify(path)).not.toThrow();
    }
  });

  it("is answered like any other when it has a hundred thousand segments", () => {
    expect(find(`GET ${"/vidsheet".repeat(100_000)}`)).toBe("none");
  });
});
