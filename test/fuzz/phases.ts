/**
 * How GEN behaves while a block of cases runs: one world's GEN is always well, the other's fails in one of these ways.
 */
import type { SimulatorControl } from "../simulator/control/control.ts";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { CANARY_KEY } from "../support/stack.ts";

export interface Phase {
  readonly name: string;
  readonly mix: readonly { readonly outcome: Outcome; readonly share: number }[];
}

const DEEP = 5_000;
const NESTED = "[".repeat(DEEP) + "]".repeat(DEEP);
const JSON_TYPE = { "content-type": "application/json" };
const STOLEN = `the key was ${CANARY_KEY}`;

/** A GEN that answers wrongly in every way, and puts the key that it was sent into its answers. */
const LIES: readonly Outcome[] = [
  { status: 422, headers: JSON_TYPE, body: `{"error":"x","error_code":"validation_error","errors":${NESTED}}` },
  { status: 422, body: { error: STOLEN, error_code: "validation_error", errors: { [STOLEN]: [STOLEN] } } },
  { status: 400, body: { error: "x", error_code: CANARY_KEY } },
  { status: 404, body: { detail: [{ msg: STOLEN }] } },
  { status: 500, body: { error: STOLEN } },
  { status: 403, body: `<html>${STOLEN}</html>` },
  { status: 302, headers: { location: `http://127.0.0.1:1/?${CANARY_KEY}` }, body: "" },
  { status: 200, body: `<html>${STOLEN}</html>` },
  {
    status: 200,
    headers: { ...JSON_TYPE, etag: CANARY_KEY, "content-disposition": STOLEN, "x-echo": CANARY_KEY },
    body: "{}",
  },
  {
    status: 200,
    headers: { "content-type": "\u00e9\u00ff/\u0080", "content-disposition": "a; filename=\u00e9" },
    body: "{}",
  },
  { status: 201, headers: JSON_TYPE, body: `{"generation_id":9001,"x":${NESTED}}` },
  { status: 201, headers: JSON_TYPE, body: '{"generation_id":{"toString":1},"__proto__":{"generation_id":9001}}' },
  { status: 201, headers: JSON_TYPE, body: "{}" },
  {
    status: 201,
    headers: JSON_TYPE,
    body: '{"generation_id":"gen.01HZX é","user_job_id":9007199254740993,"run_id":1.5}',
  },
  { status: 200, headers: JSON_TYPE, body: '{"results":[{"index":0,"result":{"user_job_id":"urn:job:1"}}]}' },
  { status: 403, body: "<html>Request blocked</html>" },
  { status: 409, body: "" },
  { status: 529, body: "" },
  { status: 201, headers: JSON_TYPE, body: '{"generation_id":"../../x","user_job_id":-1,"run_id":"\\ud800"}' },
  { status: 201, headers: JSON_TYPE, body: "{" },
  { status: 201, body: "" },
  { status: 200, headers: JSON_TYPE, body: NESTED },
  { status: 200, headers: { "content-encoding": "gzip", ...JSON_TYPE }, body: "not gzip" },
  { status: 200, bodyBytes: 3_000_000 },
  { status: 429, headers: { "retry-after": "-1" }, body: "" },
  { status: 503, headers: { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, body: "" },
  { status: 503, headers: { "retry-after": "1e99", "retry-after-ms": "NaN" }, body: "" },
  { status: 428, body: { error: "confirm", error_code: "confirmation_required", token: "t" } },
  ...[203, 205, 206, 226, 299, 304, 402, 408, 409, 410, 418, 451, 499, 501, 505, 520, 599, 600, 999].map((status) => ({
    status,
    body: "",
  })),
];

const share = (outcomes: readonly Outcome[], all: number) =>
  outcomes.map((outcome) => ({ outcome, share: all / outcomes.length }));

export const PHASES: readonly Phase[] = [
  { name: "lying", mix: share(LIES, 0.8) },
  { name: "breaking", mix: share(["reset", "done_but_lost", { doneThen: { status: 502, body: "" } }], 0.3) },
  {
    name: "slow",
    mix: share(
      [
        "hang",
        { delayHeadersMs: 900 },
        { delayHeadersMs: 2_500 },
        { stallBodyAfterBytes: 1, stallMs: 300 },
        { cutBodyAfterBytes: 1 },
        { cutBodyAfterBytes: 1, chunked: true },
      ],
      0.5,
    ),
  },
  {
    name: "busy",
    mix: share(
      [
        { status: 429, body: "" },
        { status: 503, headers: { "retry-after": "1" }, body: "" },
      ],
      0.6,
    ),
  },
  { name: "down", mix: share([{ status: 503, body: "" }, "reset"], 1) },
  { name: "refusing our key", mix: share([{ status: 401, body: { error: STOLEN, error_code: "unauthorized" } }], 0.1) },
];

export function setPhase(control: SimulatorControl, { mix }: Phase, seed: number): void {
  control.clearFaults();
  const unbelieved = mix.filter(({ outcome }) => !isSuccess(outcome));
  control.addFaults({ random: { seed, mix: unbelieved, match: { path: "/continue$" } } });
  control.addFaults({ random: { seed, mix } });
}

/** A lie that a job goes on is believed: what that job says then is the cost of a charge that GEN has made before. */
function isSuccess(outcome: Outcome): boolean {
  return typeof outcome === "object" && Math.floor((outcome.status ?? 0) / 100) === 2;
}
