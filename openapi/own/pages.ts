import { inPath, parameter } from "../parameters.ts";
import { PROBLEM_CODES, PROBLEM_TYPE } from "../problems.ts";
import { content, open, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "The Worker itself";
const KEPT = ["ETag"] as const;

const EXPLAINED = {
  code: "gen_timeout",
  status: 504,
  title: "GEN took too long",
  detail: "GEN did not answer in time.",
  action: "If this keeps happening, contact support.",
  credits: "Each answer says whether credits were spent.",
  retry: "Each answer says whether and when to try again.",
};

export const PAGES: Paths = {
  "/health": {
    get: describeOwn({
      id: "health",
      tag,
      summary: "Check whether the Worker runs",
      description:
        "When a variable or a secret is missing or wrong, 503 and its name. A key with the scope `operator` also gets GEN's health, from a check within the last minute, and what an operator must look at. For other requests GEN is not asked. A wrong key changes nothing.",
      who: "anybody",
      answers: {
        200: answer("It runs.", content(schema("Health"), { status: "ok", version: "0.1.0" })),
        503: answer(
          "It is not configured: `variables` has the names of the variables and secrets that are missing or wrong. Or a problem.",
          {
            ...content(schema("NotConfigured"), {
              status: "not_configured",
              version: "0.1.0",
              variables: ["NOTIFY_SECRET"],
            }),
            [PROBLEM_TYPE]: { schema: schema("Problem") },
          },
          "Content-Language",
          "Retry-After",
          "X-Should-Retry",
        ),
      },
    }),
  },
  "/": {
    get: describeOwn({
      id: "home",
      tag,
      summary: "See what answers here",
      description: "A page for browsers, links for others.",
      who: "anybody",
      answers: {
        200: answer(
          "The links.",
          {
            ...content(schema("Home"), {
              name: "gen-edge",
              version: "0.1.0",
              status: "ok",
              docs: "/docs",
              console: "/console",
              openapi: "/openapi.json",
              problems: "/problems",
              health: "/health",
            }),
            "text/html": { schema: { type: "string" } },
          },
          "Content-Language",
        ),
      },
    }),
  },
  "/problems": {
    get: describeOwn({
      id: "problems.list",
      tag,
      summary: "List all error codes",
      description: "A page for browsers, JSON for others, in the language of `Accept-Language`.",
      who: "anybody",
      answers: {
        200: answer(
          "Each code and what it means.",
          {
            ...content(schema("ExplainedProblems"), { problems: [EXPLAINED] }),
            "text/html": { schema: { type: "string" } },
          },
          "Content-Language",
        ),
      },
    }),
  },
  "/problems/{code}": {
    get: describeOwn({
      id: "problems.explain",
      tag,
      summary: "Explain an error code",
      description:
        "A page for browsers, JSON for others, in the language of `Accept-Language`. The `type` of a problem points here.",
      who: "anybody",
      parameters: [inPath("code", "An `error_code`.", { enum: PROBLEM_CODES })],
      answers: {
        200: answer(
          "The explanation.",
          {
            ...content(schema("ExplainedProblem"), EXPLAINED),
            "text/html": { schema: { type: "string" } },
          },
          "Content-Language",
        ),
      },
      problems: ["route_not_found"],
    }),
  },
  "/openapi.json": {
    get: describeOwn({
      id: "openapi",
      tag,
      summary: "This document",
      who: "anybody",
      parameters: [parameter("IfNoneMatch")],
      answers: {
        200: answer("OpenAPI 3.1.", content({ ...open(), required: ["openapi", "info", "paths"] }), ...KEPT),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, ...KEPT),
      },
      problems: ["route_not_found"],
    }),
  },
  "/docs": {
    get: describeOwn({
      id: "docs",
      tag,
      summary: "This document as a page",
      who: "anybody",
      parameters: [parameter("IfNoneMatch")],
      answers: {
        200: answer("The page.", { "text/html": { schema: { type: "string" } } }, ...KEPT),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, ...KEPT),
      },
      problems: ["route_not_found"],
    }),
  },
  "/docs/{file}": {
    get: describeOwn({
      id: "docs.files",
      tag,
      summary: "The page's scripts and styles",
      who: "anybody",
      parameters: [inPath("file", "A script or a style sheet."), parameter("IfNoneMatch")],
      answers: {
        200: answer("The file.", { "*/*": {} }, ...KEPT),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, ...KEPT),
      },
      problems: ["route_not_found"],
    }),
  },
  "/console": {
    get: describeOwn({
      id: "console",
      tag,
      summary: "The operator's page",
      description: "It shows nothing without the key of a client with the scope `operator`, and uses this API alone.",
      who: "anybody",
      parameters: [parameter("IfNoneMatch")],
      answers: {
        200: answer("The page.", { "text/html": { schema: { type: "string" } } }, ...KEPT),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, ...KEPT),
      },
      problems: ["route_not_found"],
    }),
  },
  "/console/{file}": {
    get: describeOwn({
      id: "console.files",
      tag,
      summary: "The operator's page: its script and styles",
      who: "anybody",
      parameters: [inPath("file", "A script or a style sheet."), parameter("IfNoneMatch")],
      answers: {
        200: answer("The file.", { "*/*": {} }, ...KEPT),
        304: answer("Unchanged since the `ETag` in `If-None-Match`.", null, ...KEPT),
      },
      problems: ["route_not_found"],
    }),
  },
};
