import { inPath, parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Calls";
const ID = "131b4db4a1f0c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabb";
const id = inPath("id", "The call's id, from `Location`.");

const NAMES = {
  request_id: "8f14e45f-ceea-467f-a0e6-b1a3b9b0a1c2",
  agent_id: "42",
  sheet_id: "101",
  cell_id: "10111",
  tag: "customer-17",
  run_id: null,
};
const SETTLED = {
  id: ID,
  client_id: "k1",
  operation: "cells.generate",
  ...NAMES,
  state: "settled",
  charged: "yes",
  accepted_at: "2026-11-22T10:00:00.000Z",
  next_at: null,
  sends: 1,
  story: [
    { at: "2026-11-22T10:00:00.000Z", what: "accepted" },
    { at: "2026-11-22T10:00:00.010Z", what: "reserved" },
    { at: "2026-11-22T10:00:00.020Z", what: "sent" },
    { at: "2026-11-22T10:00:00.600Z", what: "answered" },
    { at: "2026-11-22T10:00:00.600Z", what: "settled" },
    { at: "2026-11-22T10:00:00.640Z", what: "followed" },
  ],
  started: [{ kind: "generation", id: "9004" }],
  credits: { state: "spent", ended: null, estimate: 120, cost: null, given_back: null },
  answer: { status: 201, body: { generation_id: 9004, status: "pending" } },
};
const UNKNOWN = {
  id: ID,
  client_id: "k1",
  operation: "runs.create",
  ...NAMES,
  sheet_id: null,
  cell_id: null,
  state: "unknown",
  charged: "unknown",
  accepted_at: "2026-11-22T10:00:00.000Z",
  next_at: null,
  sends: 3,
  story: [{ at: "2026-11-22T10:00:00.000Z", what: "accepted" }],
  started: [],
  credits: { state: "unknown", ended: null, estimate: null, cost: null, given_back: null },
  failure: { kind: "timeout" },
};

const ROW = {
  id: ID,
  client_id: "k1",
  operation: "runs.create",
  ...NAMES,
  sheet_id: null,
  cell_id: null,
  pipeline: null,
  state: "unknown",
  charged: "unknown",
  estimate: null,
  accepted_at: "2026-11-22T10:00:00.000Z",
  changed_at: "2026-11-23T08:00:00.000Z",
  next_at: null,
  failure: { kind: "timeout" },
  jobs: [],
};

export const CALLS: Paths = {
  "/v1/calls": {
    get: describeOwn({
      id: "calls.list",
      tag,
      summary: "List calls of all clients, or find one by an id",
      description:
        "Calls of the last 30 days that were sent to GEN, or stayed open for half a minute. A call stands there when it has ended, or within a minute.",
      who: { scope: "operator" },
      parameters: [
        parameter("CallGroup"),
        parameter("Sought"),
        parameter("CallsOf"),
        parameter("CallsOfAgent"),
        parameter("CallsOfOperation"),
        parameter("CallsOfTag"),
        parameter("CallsOfPipeline"),
        parameter("From"),
        parameter("To"),
        parameter("PageLimit"),
        parameter("Cursor"),
      ],
      answers: {
        200: answer(
          "The calls.",
          content(object({ calls: list(schema("CallRow")), next: schema("NextPage") }, ["calls"]), {
            calls: [ROW],
            next: "/v1/calls?state=unknown&cursor=WzAsMF0",
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
