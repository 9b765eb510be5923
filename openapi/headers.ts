/** Response headers, each described once. */
import type { Members, Reference } from "./shape.ts";

const text = { type: "string" };
const whole = { type: "integer", minimum: 0 };

const header = (description: string, schema: Members = text): Members => ({ description, schema });
const always = (description: string, schema: Members = text): Members => ({ description, required: true, schema });

export const HEADERS = {
  "X-Request-Id": always("The request's id, as in the log line and in `instance` of a problem."),
  "X-GenEdge-Attempts": always("Number of attempts at GEN; 0 when GEN was not asked.", whole),
  "X-GenEdge-Credits": header(
    "`estimate=120, left=880`: what the call was estimated to cost, if that was asked for, and what its reservation has left of the budgets in credits of the client and of the tag, the least of them.",
  ),
  "Server-Timing": always("Milliseconds at GEN (`gen`), waiting between attempts (`wait`), and in total (`total`)."),
  "Cache-Control": always("`no-store`, unless the answer may be cached. Streams of events also have `no-transform`."),
  Vary: always("`Origin, Accept-Language`, and other headers that the answer depends on."),
  "Preference-Applied": header("The preferences of `Prefer` that were applied (RFC 7240)."),
  "Content-Language": header("The language of the texts."),
  "X-Should-Retry": header("Whether trying again can help.", { enum: ["true", "false"] }),
  "Retry-After": header("Seconds to wait before trying again.", whole),
  "WWW-Authenticate": header("How to authenticate (RFC 6750)."),
  RateLimit: header("What is left of the client's rate limit: requests (`r`), and seconds until it is reset (`t`)."),
  Allow: header("The methods of this route."),
  "Idempotency-Key": header(
    "The key of this call: the one you sent, or a generated one. Use it again to repeat the call.",
  ),
  "Idempotent-Replayed": header("The answer is the one given earlier for this key. GEN was not asked again.", {
    const: "true",
  }),
  Location: header("The address of the call or the run."),
  "X-Accel-Buffering": header("`no`: proxies must pass on each event at once."),
  Link: header('`rel="monitor"`: the events of the generation that was started. Has a ticket if tickets are set up.'),
  Age: header("The answer comes from the Worker and is as GEN gave it this many seconds ago.", whole),
  "Cache-Status": header(
    "Whether the answer comes from the Worker's cache, and how long it stays fresh (RFC 9211). `detail=stale`: GEN gave no newer answer in time.",
  ),
  ETag: header("The version of the answer."),
  "Last-Modified": header("When it was last changed, according to GEN."),
  "Content-Disposition": header("The name of the file."),
  "Content-Security-Policy": header(
    "On answers that are not JSON. The Worker's pages may load only their own files; content from GEN may load nothing.",
  ),
} as const satisfies Readonly<Record<string, Members>>;

export type HeaderName = keyof typeof HEADERS;

const COMMON = Object.keys(HEADERS).filter((name) => "required" in HEADERS[name as HeaderName]) as HeaderName[];

/** The headers of one response: these, followed by those that every response has. */
export function headers(...more: readonly HeaderName[]): Readonly<Record<string, Reference>> {
  const names = [...more, "Preference-Applied" as const, "Content-Security-Policy" as const, ...COMMON];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
