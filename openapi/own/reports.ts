/** Reports of the ledger. */
import { CHARGE_ENDS, CHARGE_STATES } from "../../src/money/ledger/charge.ts";
import { GROUPINGS } from "../../src/money/ledger/query.ts";
import { parameter } from "../parameters.ts";
import { content, list, type Members, object, type Paths, type Reference, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const text: Members = { type: "string" };
const textOrNull: Members = { type: ["string", "null"] };
const day: Members = { type: "string", format: "date" };
const count: Members = { type: "integer", minimum: 0 };
const amount: Members = { type: "number", minimum: 0 };
const amountOrNull: Members = { type: ["number", "null"], minimum: 0 };
const closed = (properties: Members): Members => ({ ...object(properties), additionalProperties: false });

const CREDITS = {
  state: {
    enum: CHARGE_STATES,
    description:
      "`reserved`: the call is under way. `spent`: GEN has accepted it. `unknown`: nobody knows whether GEN did; it counts as spent. A call that cost nothing is no charge.",
  },
  ended: { enum: [...CHARGE_ENDS, null], description: "How what it started has ended; null until all of it has." },
  estimate: { ...amountOrNull, description: "GEN's estimate; null where GEN was not asked." },
  cost: { ...amountOrNull, description: "What it has cost, once all of it has ended and GEN says so." },
  given_back: { ...amountOrNull, description: "What GEN gave back, because it failed or was stopped." },
};

export const REPORT_SCHEMAS: Readonly<Record<string, Members>> = {
  CallCredits: closed(CREDITS),
  UsageGroup: closed({
    key: { ...textOrNull, description: "Null for charges that have none." },
    calls: { ...count, description: "Charged calls, as quotas count them." },
    reserved_calls: { ...count, description: "Calls that are under way." },
    reserved: { ...amount, description: "The credits of these, by GEN's estimates." },
    spent: { ...amount, description: "Credits: costs, and estimates where the cost is not known yet." },
    given_back: amount,
    failed: { ...count, description: "Charges of which everything failed or was stopped." },
    unpriced: { ...count, description: "Charges whose price nobody knows. They count as 0 credits." },
  }),
  UsageReport: closed({
    from: day,
    to: day,
    by: { enum: GROUPINGS },
    total: schema("UsageGroup"),
    groups: {
      description: "Those that have spent the most come first; days in order of time.",
      ...list(schema("UsageGroup")),
    },
    cursor: { ...textOrNull, description: "For the next page; null at the end." },
  }),
  Charge: closed({
    id: { type: "string", pattern: "^[0-9a-f]{64}$", description: "The call's id." },
    epoch: { ...count, description: "How often the call's key was used anew before." },
    at: { type: "string", format: "date-time", description: "When it was booked: its day is that of its budgets." },
    client_id: { ...text, description: "Whose money it is. Of a run that no client has started: `pipeline:<name>`." },
    account: text,
    tag: textOrNull,
    agent_id: textOrNull,
    pipeline: textOrNull,
    run_id: textOrNull,
    operation: { ...text, description: "The `operationId`." },
    type: { ...textOrNull, description: "GEN's generation type." },
    calls: { ...count, description: "As quotas count it." },
    ...CREDITS,
    credits: { ...amount, description: "What it counts for: the cost, else the estimate, else 0." },
    jobs: { description: "What it started at GEN.", ...list(closed({ kind: text, id: text })) },
  }),
};

export const DAYS_AND_FILTERS: readonly Reference[] = [
  parameter("FromDay"),
  parameter("ToDay"),
  parameter("ChargesOf"),
  parameter("CallsOfTag"),
  parameter("CallsOfAgent"),
  parameter("CallsOfPipeline"),
  parameter("CallsOfOperation"),
  parameter("ChargesOfType"),
  parameter("ChargesOfAccount"),
];

export const inCsv = (example: string): Members => ({ "text/csv": { schema: text, example } });

export const REPORTS: Paths = {
  "/v1/usage/charges": {
    get: describeOwn({
      id: "usage.charges",
      tag: "Calls",
      summary: "List single charges",
      description:
        "Your own; operators get those of all clients. Kept for 13 months. With `Accept: text/csv` the whole list comes as a file, unless `limit` is given.",
      who: "client",
      parameters: [
        ...DAYS_AND_FILTERS,
        parameter("ChargeOrder"),
        parameter("ChargeState"),
        parameter("ChargeEnd"),
        parameter("ReportLimit"),
        parameter("NextCursor"),
      ],
      answers: {
        200: answer(
          "A page of charges.",
          {
            ...content(object({ charges: list(schema("Charge")), cursor: textOrNull }), {
              charges: [
                {
                  id: "131b4db4a1f0c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabb",
                  epoch: 0,
                  at: "2026-11-22T10:00:00.000Z",
                  client_id: "3kTq9LmZ0a",
                  account: "default",
                  tag: "customer-17",
                  agent_id: "42",
                  pipeline: null,
                  run_id: null,
                  operation: "cells.generate",
                  type: "video_from_text",
                  calls: 1,
                  state: "spent",
                  ended: "completed",
                  estimate: 120,
                  cost: 118.5,
                  given_back: null,
                  credits: 118.5,
                  jobs: [{ kind: "generation", id: "9004" }],
                },
              ],
              cursor: null,
            }),
            ...inCsv("id,epoch,at,client_id,…\r\n"),
          },
          "Content-Disposition",
        ),
      },
      problems: ["bad_request", "scope_required"],
    }),
  },
};
