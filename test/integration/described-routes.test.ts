import { expect, it } from "vitest";
import { createDocument } from "../../openapi/document.ts";
import { GEN_PATH, OWN_ROUTES } from "../../src/http/router.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

it("the document describes each route of the Worker's own, and no others", () => {
  const routed = [...OWN_ROUTES].flatMap(([pattern, methods]) =>
    methods.flatMap((method) => (method === "HEAD" ? [] : [`${method} ${pattern.replace(/:(\w+)/g, "{$1}")}`])),
  );
  const described = Object.entries(createDocument().paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation && !("x-charged" in operation) ? [`${method.toUpperCase()} ${path}`] : [];
    }),
  );
  expect(described.sort()).toEqual(routed.sort());
});

it("no route of the Worker's own is taken for a path of GEN's, with or without a slash at its end", () => {
  const own = [...OWN_ROUTES.keys()].map((pattern) => pattern.replace(/:\w+/g, "x1"));
  expect(own.filter((path) => GEN_PATH.test(path) || GEN_PATH.test(`${path}//`))).toEqual([]);
});

it("paths of GEN's are, also those that resemble the Worker's own", () => {
  const paths = ["/v1/generations/1", "/v1/generations/1/stop", "/v1/usages", "/v1/callsheets", "/v1/vidsheet/101"];
  expect(paths.filter((path) => !GEN_PATH.test(path))).toEqual([]);
});
