/**
 * Every route, read from the product's own tables, so that a new operation or route is covered without a change here.
 * The router's patterns stand in calls of `at(…)`, which are read from its source.
 */
import { readFileSync } from "node:fs";
import { OPERATIONS } from "../../src/gen/operations.ts";

export interface Route {
  /** The pattern as a router has it: `/v1/vidsheet/:sheet`. */
  readonly pattern: string;
  readonly methods: readonly string[];
  readonly isCharged: boolean;
}

const ROUTER = new URL("../../src/http/router.ts", import.meta.url);
const AT = /\bat\(\s*"(\/[^"]*)",\s*\{([\s\S]*?)\}\s*\);/g;
const LEAST_ROUTES = 10;

/** GEN's operations, forwarded. */
export const FORWARDED: readonly Route[] = OPERATIONS.map(({ path, method, charged }) => ({
  pattern: `/v1${path}`,
  methods: [method],
  isCharged: charged,
}));

/** The Worker's own routes. Without the one that pauses charges: all charged calls after it would be refused. */
export const OWN: readonly Route[] = readOwnRoutes(readFileSync(ROUTER, "utf8")).filter(({ pattern }) => {
  return pattern !== "/v1/charges/pause";
});

function readOwnRoutes(source: string): Route[] {
  const routes = [...source.matchAll(AT)].map(([, pattern = "", handlers = ""]) => ({
    pattern,
    methods: [...handlers.matchAll(/\b(GET|HEAD|POST|PUT|PATCH|DELETE):/g)].map(([, method = "GET"]) => method),
    isCharged: false,
  }));
  if (routes.length < LEAST_ROUTES) throw new Error("The router's source is not read as it should be.");
  return routes;
}
