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
      summary: "List calls whose outcome an operator must find out",
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
      summary: "Get the state of one of your calls",
      description: "Operators can get the calls of all clients.",
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
        "A call that was not sent yet will not be sent. For a call that may have reached GEN, the Worker finds out its outcome, and stops the generation or run that it started. User jobs can't be stopped.",
      who: "client",
      parameters: [id],
      answers: {
        200: answer("It has ended.", content(schema("Call"), SETTLED)),
        202: answer(
          "The Worker is finding out the outcome, or stopping what the call started.",
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
      summary: "Record whether a call was charged",
      description:
        "Check at GEN first. With `false`, the caller can use the same key for a new try. With `true`, the call is settled.",
      who: { scope: "operator" },
      parameters: [id],
      body: { required: true, content: content(object({ charged: { type: "boolean" } }), { charged: false }) },
      answers: {
        200: answer("The call.", content(schema("Call"), { ...UNKNOWN, state: "not_charged", charged: "no" })),
      },
      problems: ["bad_request", "body_too_large", "request_timeout", "not_found", "nothing_to_resolve"],
    }),
  },
};
