import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../../src/gen/operations.ts";
import { createNearestFinder } from "../../../src/http/nearest-route.ts";

const find = createNearestFinder([
  ...OPERATIONS.map(({ method, path }) => ({ method, path: `/v1${path}` })),
  { method: "POST", path: "/pipelines/:name/runs" },
]);

describe("the route that is nearest to a path that matches none", () => {
  it.each([
    ["a misspelt word", "GET", "/v1/vidsheet/101/row", "/v1/vidsheet/:sheet/rows"],
    ["another way of writing", "GET", "/v1/User-Jobs/1", "/v1/user_jobs/:job"],
    ["an id that is left out", "POST", "/v1/vidsheet/101/cells/generate", "/v1/vidsheet/:sheet/cells/:cell/generate"],
    ["the sheet that is left out", "POST", "/v1/cells/3/generate", "/v1/vidsheet/:sheet/cells/:cell/generate"],
    ["no /v1", "GET", "/vidsheet/101", "/v1/vidsheet/:sheet"],
    ["a /v1 too much", "GET", "/v1/v1/me", "/v1/me"],
    ["HEAD, which is GET", "HEAD", "/v1/generation/9", "/v1/generations/:generation"],
    ["one of the Worker's own", "POST", "/pipelines/fill/run", "/pipelines/:name/runs"],
  ])("is found: %s", (_, method, path, nearest) => {
    expect(find(method, path)).toBe(nearest);
  });

  it.each([
    ["another word", "GET", "/v1/platform/accounts"],
    ["a short word", "GET", "/v1/x"],
    ["another method", "BREW", "/v1/me"],
    ["too many segments", "GET", `/v1/me${"/1".repeat(20)}`],
    ["a segment that is too long", "GET", `/v1/${"m".repeat(10_000)}`],
    ["nothing", "GET", "/v1/"],
  ])("is not guessed: %s", (_, method, path) => {
    expect(find(method, path)).toBeNull();
  });

  it("is a template: it repeats nothing of the path", () => {
    expect(find("GET", "/v1/vidsheet/secret-7/row")).toBe("/v1/vidsheet/:sheet/rows");
  });
});
