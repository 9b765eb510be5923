import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/access/policy.ts";
import { checkQuery } from "../../../src/bounds/query-check.ts";

const FREE = { agents: "*" } as Policy;
const CONFINED = { agents: ["42"] } as unknown as Policy;

describe("a query", () => {
  it.each(["", "?", "?agent_id=42", "?a=x%20y+z&b[]=1&b[]=2&c", "?%C3%BC=%F0%9F%8E%AC", "?a=%3B"])(
    "is passed on when all parsers read it alike: “%s”",
    (search) => {
      expect(checkQuery(search, CONFINED)).toBeNull();
      expect(checkQuery(search, FREE)).toBeNull();
    },
  );

  it.each(["?a=1;agent_id=43", "?a=1&amp;b=2", "?a=100%", "?agent%u005fid=43", "?%C1%A1gent_id=43", "?a=%ff"])(
    "is refused to a confined client, and passed on from another, when parsers take it apart differently: %s",
    (search) => {
      expect(checkQuery(search, CONFINED)).toMatchObject({ code: "bad_request", reason: "query_ambiguous" });
      expect(checkQuery(search, FREE)).toBeNull();
    },
  );

  it.each([
    "?_method=delete",
    "?a=1&%5Fmethod=delete",
    "?a=1;_method=delete",
    "?_method[]=x",
    "?x-http-method-override=x",
  ])("is refused to every client when it makes another request of this one: %s", (search) => {
    expect(checkQuery(search, FREE)).toMatchObject({ code: "bad_request", reason: "field_overrides" });
    expect(checkQuery(search, CONFINED)).not.toBeNull();
  });
});
