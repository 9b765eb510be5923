import { expect, it } from "vitest";
import { OWN_ROUTES } from "../../src/http/router.ts";
import { createDocument } from "../../src/openapi/document.ts";

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
