/** Response headers, each described once. */
import type { Members, Reference } from "./shape.ts";

const text = { type: "string" };
const whole = { type: "integer", minimum: 0 };

const header = (description: string, schema: Members = text): Members => ({ description, schema });
const always = (description: string, schema: Members = text): Members => ({ description, required: true, schema });

export const HEADERS = {
  "X-Request-Id": always("The request's id, as in the log line and in `instance` of a problem."),
  "X-GenEdge-Attempts": always("Attempts at GEN; 0 when GEN was not asked.", whole),
  "Server-Timing": always("Milliseconds at GEN (`gen`), waiting between attempts (`wait`), and in all (`total`)."),
  "Cache-Control": always("`no-store`, unless the answer may be kept; with `no-transform` where events are streamed."),
  Vary: always("`Origin, Accept-Language`, and what else the answer depends on."),
  "Preference-Applied": header("Of `Prefer`, what was done (RFC 7240)."),
  "Content-Language": header("The language of the texts."),
  "X-Should-Retry": header("Whether trying again can help.", { enum: ["true", "false"] }),
  "Retry-After": header("How many seconds to wait before trying again.", whole),
  "WWW-Authenticate": header("How to say who you are (RFC 6750)."),
  RateLimit: header("What is left of the client's rate: requests (`r`), and the seconds until there are more (`t`)."),
  Allow: header("The methods that the address has."),
  "Idempotency-Key": header(
    "The key of this call: the one you sent, or one that was made for it. Keep it to repeat the call.",
  ),
  "Idempotent-Replayed": header("The answer that was given before under this key; GEN was not asked.", {
    const: "true",
  }),
  Location: header("Where the call or the run is looked up."),
  "X-Accel-Buffering": header("`no`: a proxy is to pass each event on at once."),
  Link: header('`rel="monitor"`: the events of the generation that was started. With a ticket, if tickets are set up.'),
  Age: header("Seconds since GEN said so: the answer comes from what the Worker has heard.", whole),
  "Cache-Status": header(
    "Whether it comes from the Worker's memory, and for how long it is fresh there (RFC 9211); `detail=stale` where GEN had nothing newer in time.",
  ),
  ETag: header("The version of what was answered."),
  "Last-Modified": header("When it was last changed, as GEN says."),
  "Content-Disposition": header("A file name, as GEN gives it."),
  "Content-Security-Policy": header(
    "With what is no JSON: a page may load nothing from elsewhere, and what GEN gave nothing at all.",
  ),
} as const satisfies Readonly<Record<string, Members>>;

export type HeaderName = keyof typeof HEADERS;

const COMMON = Object.keys(HEADERS).filter((name) => "required" in HEADERS[name as HeaderName]) as HeaderName[];

/** The headers of one response: these, followed by those that every response has. */
export function headers(...more: readonly HeaderName[]): Readonly<Record<string, Reference>> {
  const names = [...more, "Preference-Applied" as const, "Content-Security-Policy" as const, ...COMMON];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
