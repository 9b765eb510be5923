/** The ledger held against GEN. */
import { inPath, parameter } from "../parameters.ts";
import { content, list, type Members, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Operators";
const who = { scope: "operator" } as const;
const textOrNull: Members = { type: ["string", "null"] };
const time: Members = { type: "string", format: "date-time" };
const timeOrNull: Members = { type: ["string", "null"], format: "date-time" };
const count: Members = { type: "integer", minimum: 0 };
const closed = (properties: Members): Members => ({ ...object(properties), additionalProperties: false });

export const RECONCILIATION_SCHEMAS: Readonly<Record<string, Members>> = {
  CheckedAccount: closed({
    account: { type: "string", description: "A GEN account, as the Worker names it." },
    checked_to: { ...time, description: "What GEN took until then is held against the ledger." },
    checked_at: { ...timeOrNull, description: "When the latest check ended." },
    matched: { ...count, description: "GEN's transactions of this month that belong to charges of the ledger." },
    unknown: { ...count, description: "Those that belong to none." },
    failed: { ...textOrNull, description: "Why the latest check did not reach its end; null when it did." },
  }),
  UnknownTransaction: closed({
    id: { type: "string", pattern: "^\\d{4}-\\d\\d\\.\\d+$" },
    account: { type: "string" },
    at: { ...time, description: "When GEN took it." },
    amount: { type: "number", minimum: 0, description: "Credits, without what GEN gave back." },
    purpose: { ...textOrNull, description: "GEN's word." },
    source: {
      description: "What it was for, as GEN says it.",
      anyOf: [
        closed({ service: textOrNull, tool: textOrNull, request_id: textOrNull }),
        closed({ type: textOrNull, id: textOrNull }),
        { type: "null" },
      ],
    },
    acknowledged_at: { ...timeOrNull, description: "When an operator said that it is known." },
  }),
};

const UNKNOWN = {
  id: "2026-11.17",
  account: "default",
  at: "2026-11-22T10:00:00.000Z",
  amount: 600,
  purpose: "video_from_text",
  source: { type: "UserJob", id: "9004" },
  acknowledged_at: null,
};

export const RECONCILIATION: Paths = {
  "/v1/usage/reconciliation": {
    get: describeOwn({
      id: "usage.reconciliation",
      tag,
      summary: "List what GEN took and nobody here knows",
      description:
        "Once a day the ledger is held against GEN's credit transactions. What was made outside of the Worker, or was lost, is listed here, newest first.",
      who,
      parameters: [parameter("Month"), parameter("PageLimit"), parameter("NextCursor")],
      answers: {
        200: answer(
          "How each GEN account stands, and a page of what is unknown.",
          content(
            object({
              month: { type: "string" },
              accounts: list(schema("CheckedAccount")),
              unknown: list(schema("UnknownTransaction")),
              cursor: { ...textOrNull, description: "For the next page; null at the end." },
            }),
            {
              month: "2026-11",
              accounts: [
                {
                  account: "default",
                  checked_to: "2026-11-27T23:00:00.000Z",
                  checked_at: "2026-11-28T00:00:04.125Z",
                  matched: 431,
                  unknown: 1,
                  failed: null,
                },
              ],
              unknown: [UNKNOWN],
              cursor: null,
            },
          ),
        ),
      },
      problems: ["bad_request"],
    }),
  },
  "/v1/usage/reconciliation/{id}/acknowledge": {
    post: describeOwn({
      id: "usage.reconciliation.acknowledge",
      tag,
      summary: "Say that what GEN took is known",
      description:
        "It leaves the list, and so does all else that GEN takes for the same job in that month. Can be repeated.",
      who,
      parameters: [inPath("id", "The id in the list.")],
      answers: {
        200: answer(
          "It is acknowledged.",
          content(schema("UnknownTransaction"), { ...UNKNOWN, acknowledged_at: "2026-11-28T09:12:00.000Z" }),
        ),
      },
      problems: ["not_found"],
    }),
  },
};
