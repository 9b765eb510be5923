/** Failures at GEN or on the way to it: errors without a code, pages of a proxy, no answer, broken connections. */
import {
  cloneCall,
  type ErrorCase,
  type ErrorGroup,
  generateCall,
  organizationCall,
  readCall,
  withShortBudget,
} from "./error-case.ts";

const NO_CHARGE = "no" as const;

function page(status: number, title: string) {
  return { status, body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>` };
}

function failure(name: string, gen: ErrorCase["gen"], status: number, code: string): ErrorCase {
  return { call: withShortBudget(readCall(name)), gen, wanted: { status, code, charged: NO_CHARGE } };
}

/** Retried cases come last, because they use up the retry throttle. */
export const FAILURES: readonly ErrorGroup[] = [
  {
    title: "The outcome is unknown: GEN may have carried it out",
    cases: [
      {
        call: withShortBudget(cloneCall("o-clone")),
        gen: "reset",
        wanted: { status: 502, code: "outcome_unknown", charged: NO_CHARGE },
      },
      {
        call: withShortBudget(generateCall("o-no-key")),
        gen: "reset",
        wanted: { status: 504, code: "outcome_pending", charged: "unknown" },
      },
      {
        call: withShortBudget(generateCall("o-own-key", { "Idempotency-Key": "demo-text-1" })),
        gen: "reset",
        wanted: { status: 504, code: "outcome_pending", charged: "unknown" },
      },
    ],
  },
  {
    title: "Answers that can't be GEN's: a firewall, a redirect; and an unknown code",
    cases: [
      failure("u-403", page(403, "Access denied"), 502, "gen_bad_response"),
      failure("u-404", page(404, "404 Not Found"), 502, "gen_bad_response"),
      failure("u-302", { status: 302, headers: { location: "https://elsewhere.invalid/" } }, 502, "gen_bad_response"),
      {
        call: organizationCall("u-400"),
        gen: { status: 400, body: { error: "Segfault in app/models/sheet.rb:42", error_code: "code_of_tomorrow" } },
        wanted: { status: 400, code: "gen_rejected_request", charged: NO_CHARGE },
      },
    ],
  },
  {
    title: "Failures at GEN: retried while time and the retry throttle allow",
    cases: [
      failure(
        "t-429",
        { status: 429, body: { error: "Too many requests", error_code: "rate_limited" } },
        503,
        "gen_rate_limited",
      ),
      failure("t-500", { status: 500, body: { error: "Internal Server Error" } }, 503, "gen_unavailable"),
      failure("t-502", page(502, "502 Bad Gateway"), 503, "gen_unavailable"),
      failure("t-503", page(503, "503 Service Unavailable"), 503, "gen_unavailable"),
      failure("t-520", page(520, "Web server is returning an unknown error"), 503, "gen_unavailable"),
      failure("t-408", page(408, "Request Timeout"), 504, "gen_timeout"),
      failure("t-504", page(504, "Gateway Timeout"), 504, "gen_timeout"),
      failure("t-silence", "hang", 504, "gen_timeout"),
      failure("t-reset", "reset", 502, "gen_unreachable"),
    ],
  },
];
