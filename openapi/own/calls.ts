import { inPath, parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Calls";
const ID = "131b4db4a1f0c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabb";
const id = inPath("id", "The call's id, from `Location`.");

const SETTLED = {
  id: ID,
  operation: "cells.generate",
  state: "settled",
  charged: "yes",
  accepted_at: "2026-11-22T10:00:00.000Z",
  sends: 1,
  started: [{ kind: "generation", id: "9004" }],
  answer: { status: 201, body: { generation_id: 9004, status: "pending" } },
};
const UNKNOWN = {
  id: ID,
  operation: "runs.create",
  state: "unknown",
  charged: "unknown",
  accepted_at: "2026-11-22T10:00:00.000Z",
  sends: 3,
  started: [],
  failure: { kind: "timeout" },
};

export const CALLS: Paths = {
  "/v1/calls": {
    get: describeOwn({
      id: "calls.list",
      tag,
      summary: "Calls whose outcome a person must look up",
      who: { scope: "operator" },
      parameters: [parameter("UnknownState")],
      answers: {
        200: answer(
          "The calls.",
          content(object({ calls: list(schema("UnknownCall")) }), {
            calls: [{ id: ID, client_id: "k1", operation: "runs.create", unknown_since: "2026-11-22T10:00:00.000Z" }],
          }),
        ),
      },
      problems: ["bad_request"],
    }),
  },
  "/v1/calls/{id}": {
    get: describeOwn({
      id: "calls.get",
      tag,
      summary: "How a call of your own stands",
      description: "An operator sees the calls of all clients.",
      who: "client",
      parameters: [id],
      answers: { 200: answer("The call.", content(schema("Call"), SETTLED)) },
      problems: ["not_found"],
    }),
    delete: describeOwn({
      id: "calls.cancel",
      tag,
      summary: "Cancel a call",
      description:
        "One that was not sent is not sent any more. One that may be at GEN is followed until that is known, and the generation or run that it started is stopped. User jobs can't be stopped.",
      who: "client",
      parameters: [id],
      answers: {
        200: answer("It has ended.", content(schema("Call"), SETTLED)),
        202: answer(
          "It is being followed, or what it started is being stopped.",
          content(schema("Call"), {
            ...SETTLED,
            state: "collecting",
            charged: "unknown",
            cancel_wanted: true,
            started: [],
          }),
        ),
      },
      problems: ["not_found"],
    }),
  },
  "/v1/calls/{id}/resolve": {
    post: describeOwn({
      id: "calls.resolve",
      tag,
      summary: "Say what a person has found out about a call",
      description: "Look at GEN first. `false` frees the caller's key for a new try; `true` closes the call.",
      who: { scope: "operator" },
      parameters: [id],
      body: { required: true, content: content(object({ charged: { type: "boolean" } }), { charged: false }) },
      answers: {
        200: answer("The call.", content(schema("Call"), { ...UNKNOWN, state: "not_charged", charged: "no" })),
      },
      problems: ["bad_request", "body_too_large", "request_timeout", "not_found"],
    }),
  },
};
