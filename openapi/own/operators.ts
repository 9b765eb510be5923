import { parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn, type OwnOperation } from "./own-route.ts";

const tag = "Operators";
const who = { scope: "operator" } as const;
const PAUSED = { paused: true, by: "switch", since: "2026-11-22T10:00:00.000Z" };
const NOT_PAUSED = { paused: false, by: null, since: null };
const ENTRY = {
  at: "2026-11-22T10:00:00.000Z",
  client_id: "k3Jx0ZbQ7a",
  what: "charges.pause",
  target: null,
  request_id: "0c7a5c1e-6a51-4c4c-9d3c-0d2b2f6a9b11",
  address_family: "ipv6",
};

const describeSwitch = (route: Pick<OwnOperation, "id" | "summary" | "description">, example: object) =>
  describeOwn({
    ...route,
    tag,
    who,
    answers: { 200: answer("Whether charges are paused.", content(schema("Charges"), example)) },
  });

export const OPERATORS: Paths = {
  "/v1/charges": {
    get: describeSwitch({ id: "charges.get", summary: "Get whether calls that cost credits are paused" }, NOT_PAUSED),
  },
  "/v1/charges/pause": {
    post: describeSwitch(
      {
        id: "charges.pause",
        summary: "Stop all calls that cost credits",
        description: "Within 5 s. Calls that were accepted before and go on without their caller wait.",
      },
      PAUSED,
    ),
  },
  "/v1/charges/resume": {
    post: describeSwitch(
      {
        id: "charges.resume",
        summary: "Allow calls that cost credits again",
        description: "The variable `CHARGES_PAUSED` still pauses them if it is set.",
      },
      NOT_PAUSED,
    ),
  },
  "/v1/audit": {
    get: describeOwn({
      id: "audit.list",
      tag,
      summary: "List who has changed what",
      description: "Newest first, for 400 days. An entry is written before the change is made.",
      who,
      parameters: [parameter("PageLimit"), parameter("Cursor")],
      answers: {
        200: answer(
          "A page of entries.",
          content(
            object({ entries: list(schema("AuditEntry")), next: { type: "string", format: "uri-reference" } }, [
              "entries",
            ]),
            { entries: [ENTRY], next: "/v1/audit?cursor=41" },
          ),
        ),
      },
      problems: ["bad_request"],
    }),
  },
};
