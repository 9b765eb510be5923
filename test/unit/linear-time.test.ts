import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseClientKey } from "../../src/access/client-key.ts";
import { toNetwork } from "../../src/access/failed-attempts.ts";
import { readTicket } from "../../src/access/ticket.ts";
import { fillEmptyCells } from "../../src/app/fill-empty-cells.ts";
import { ideaToVideo } from "../../src/app/idea-to-video.ts";
import { fillIn } from "../../src/app/placeholders.ts";
import { findInFields, findInJson, findInQuery } from "../../src/bounds/agent-id.ts";
import { parseGenerationRequest } from "../../src/bounds/generation-request.ts";
import { parseDeferral } from "../../src/calls/states/deferral.ts";
import { attempt } from "../../src/gen/attempt.ts";
import { setBodyKey } from "../../src/gen/body-key.ts";
import { parseErrorBody } from "../../src/gen/error-body.ts";
import { isIdempotencyKey } from "../../src/gen/idempotency.ts";
import { createMatcher } from "../../src/gen/match.ts";
import { OPERATIONS } from "../../src/gen/operations.ts";
import { findStarted } from "../../src/generations/tracked-job.ts";
import { parseContentType } from "../../src/http/body/content-type.ts";
import { answerPreflight, parseOrigin } from "../../src/http/cors.ts";
import { parseDisposition } from "../../src/http/forms/disposition.ts";
import { readForm } from "../../src/http/forms/read-form.ts";
import { readMultipart } from "../../src/http/forms/read-multipart.ts";
import { createNearestFinder } from "../../src/http/nearest-route.ts";
import { parseWait, prefers } from "../../src/http/prefer.ts";
import { parseEstimate, toEstimateBody } from "../../src/money/price.ts";
import { redact } from "../../src/observability/redact.ts";
import { parseTrace } from "../../src/observability/trace.ts";
import { checkInput } from "../../src/pipelines/check-input.ts";
import { parseGeneration } from "../../src/pipelines/steps/parse-generation.ts";
import { prefersHtml, selectLanguage } from "../../src/problems/negotiate.ts";
import { systemClock } from "../../src/resilience/clock.ts";
import { parseRetryAfter } from "../../src/resilience/retry-after.ts";
import { findGenerationId } from "../../src/webhooks/gen-payload.ts";
import { judge, NOW, SENDERS, send, withHeaders } from "../support/judged-senders.ts";
import { measureWorkRatio } from "../support/work-ratio.ts";

/** The largest allowed ratio of the work on twice the input to the work on the input. */
const MAX_RATIO = 3;
/** Characters or pieces: quadratic work on so many takes about a second, cubic work some minutes. */
const SIZE = 2_000;

type Case = readonly [what: string, prepare: (size: number) => () => unknown];

function reads<Input>(what: string, make: (size: number) => Input, read: (input: Input) => unknown): Case {
  return [
    what,
    (size) => {
      const input = make(size);
      return () => read(input);
    },
  ];
}

const blanks = (size: number) => " ".repeat(size);
/** Characters that only some parsers treat as white space: headers are not trimmed of them. */
const oddBlanks = (size: number) => "\u00a0".repeat(size);
const pieces = (size: number, make: (index: number) => string, separator = "") =>
  Array.from({ length: size }, (_, index) => make(index)).join(separator);
const member = (index: number) => `"name${index}":${index}`;
const object = (size: number) => `{${pieces(size, member, ",")}}`;

const bytes = (text: string) => new TextEncoder().encode(text);

const match = createMatcher(OPERATIONS);
const findNearest = createNearestFinder(OPERATIONS);

const BODIES: readonly Case[] = [
  reads(
    "a placeholder of blanks",
    (n) => ({ text: `{{${blanks(n)}` }),
    (data) => fillIn(data, {}, "fill"),
  ),
  reads(
    "placeholders that do not end",
    (n) => ({ text: "{{ a ".repeat(n) }),
    (data) => fillIn(data, {}, "fill"),
  ),
  reads(
    "nothing but braces",
    (n) => ({ text: "{".repeat(n) }),
    (data) => fillIn(data, {}, "fill"),
  ),
  reads(
    "placeholders that are filled",
    (n) => ({ text: "{{ A }}".repeat(n) }),
    (data) => fillIn(data, { A: "b" }, "f"),
  ),
  reads("JSON for an agent", object, (text) => findInJson(text, "agent_id", true)),
  reads(
    "nested JSON for an agent",
    (n) => `${'{"a":['.repeat(n)}${"]}".repeat(n)}`,
    (text) => findInJson(`${text}\\u`),
  ),
  reads(
    "a form for an agent",
    (n) => pieces(n, (i) => `a%5B${i}=b`, "&"),
    (text) => findInQuery(text),
  ),
  reads("a form", (n) => bytes(pieces(n, (i) => `a%5B${i}=b`, "&")), readForm),
  reads(
    "a multipart body of boundaries that are none",
    (n) => bytes(`--b\r\n${`\r\n--b${blanks(9)}`.repeat(n)}`),
    (body) => readMultipart(body, "b"),
  ),
  reads(
    "a multipart body of many parts",
    (n) => bytes(`${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(n)}--b--`),
    (body) => readMultipart(body, "b"),
  ),
  reads("a part's disposition", (n) => `form-data${`${blanks(9)};${blanks(9)}a=`.repeat(n)}"`, parseDisposition),
  reads(
    "a name in brackets",
    (n) => "a[b]  ".repeat(n),
    (name) => findInFields([[name, ""]]),
  ),
  reads("JSON for a generation", (n) => `{"generation_type":"text","data":${object(n)}}`, parseGenerationRequest),
  reads(
    "JSON for a price",
    (n) => ({ operation: "cells.generate", search: "", json: `{"generation_type":"text","data":${object(n)}}` }),
    (call) => toEstimateBody(call, "42"),
  ),
  reads(
    "JSON for a key",
    (n) => `${blanks(n)}${object(n)}`,
    (text) => setBodyKey(text, "key"),
  ),
  reads(
    "blanks for a key",
    (n) => `{${blanks(n)}"a":1}`,
    (text) => setBodyKey(text, "key"),
  ),
  reads(
    "a run's input",
    (n) => ({ agent_id: 42, sheet: 1, cells: JSON.parse(object(n)) }),
    (raw) => checkInput(ideaToVideo, raw),
  ),
  reads(
    "a run's input that does not fit",
    (n) => ({ generation: { data: JSON.parse(object(n)) } }),
    (raw) => checkInput(fillEmptyCells, raw),
  ),
];

const HEADERS: readonly Case[] = [
  reads(
    "Prefer: blanks",
    (n) => `a,${blanks(n)}wait${blanks(n)}=${blanks(n)}1${blanks(n)}x`,
    (header) => parseWait(header, 60),
  ),
  reads(
    "Prefer: digits",
    (n) => `wait=${"1".repeat(n)}x`,
    (header) => parseWait(header, 60),
  ),
  reads(
    "Prefer: a list",
    (n) => `a,${blanks(9)};`.repeat(n),
    (header) => prefers(header, "respond-async"),
  ),
  reads("Accept-Language", (n) => pieces(n, (i) => `l${i};q=0.${i % 10}`, ", "), selectLanguage),
  reads("Accept", (n) => pieces(n, (i) => `a/b${i};q=0.5;c="`, ", "), prefersHtml),
  reads("Origin", (n) => `https://${"a.".repeat(n)}:`, parseOrigin),
  reads(
    "a preflight's headers",
    (n) => new Request("https://a.test", { headers: { "access-control-request-headers": `a${" , a".repeat(n)} b` } }),
    answerPreflight,
  ),
  reads("traceparent", (n) => `00-${"0".repeat(n)}`, parseTrace),
  reads("a client key", (n) => `ge_${"a".repeat(n)}_`, parseClientKey),
  reads(
    "a ticket",
    (n) => `${"a".repeat(n)}.${"0".repeat(64)}`,
    (ticket) => readTicket("secret", ticket, 0),
  ),
  reads("an address", (n) => `${"0:".repeat(n)}:1`, toNetwork),
  reads("an idempotency key", (n) => `a${blanks(n)}\n`, isIdempotencyKey),
  reads(
    "Content-Type",
    (n) => `${oddBlanks(n)}multipart/form-data;${oddBlanks(n)}boundary=a${oddBlanks(n)}x`,
    parseContentType,
  ),
  reads("Content-Type's parameters", (n) => `application/json;${`${blanks(9)}charset =;`.repeat(n)}`, parseContentType),
  reads(
    "a path",
    (n) => "/vidsheet/1".repeat(n),
    (path) => match("GET", path),
  ),
  reads(
    "a path that matches nothing",
    (n) => `/v1${"/vidsheet".repeat(n)}/${"row".repeat(n)}`,
    (path) => findNearest("GET", path),
  ),
  reads(
    "a path of dots",
    (n) => `/${".".repeat(n)}a`,
    (path) => match("GET", path),
  ),
];

const GEN: readonly Case[] = [
  reads(
    "an error's text",
    (n) => JSON.stringify({ error: "ref_ gen_pat_ ge_0123456789_".repeat(n) }),
    (text) => parseErrorBody(422, text, ["gen_pat_0123456789"]),
  ),
  reads(
    "an error's details",
    (n) => JSON.stringify({ detail: Array(n).fill({ msg: "a" }), errors: Array(n).fill("b") }),
    (text) => parseErrorBody(422, text),
  ),
  reads(
    "keys",
    (n) => "gen_pat_01234567 ref_0123456789abcdef ".repeat(n),
    (text) => redact(text, ["0123"]),
  ),
  reads(
    "Retry-After: digits",
    (n) => new Headers({ "retry-after": `${"1".repeat(n)}.${"1".repeat(n)}x` }),
    (headers) => parseRetryAfter(headers, 0),
  ),
  reads(
    "Retry-After: blanks",
    (n) => new Headers({ "retry-after": `${oddBlanks(n)}1${oddBlanks(n)}x` }),
    (headers) => parseRetryAfter(headers, 0),
  ),
  reads(
    "Content-Encoding",
    (n) => `${oddBlanks(n)}x`,
    (encoding) => answered({ "content-encoding": encoding }),
  ),
  reads(
    "an answer of sheet actions",
    (n) => ({ results: Array(n).fill({ result: { user_job_id: 1 } }) }),
    (answer) => findStarted({ operation: "sheets.act", params: {}, body: null }, answer),
  ),
  reads(
    "a deferral",
    (n) => ({ retryable: true, retry_after_seconds: "1".repeat(n) }),
    (answer) => parseDeferral("sheets.act", 202, answer),
  ),
  reads("an estimate", (n) => JSON.stringify({ estimated_credits: `${"1".repeat(n)}.x` }), parseEstimate),
  reads(
    "a generation",
    (n) => JSON.stringify({ status: "completed", output_resources: Array(n).fill({ url: "u" }) }),
    (text) => parseGeneration("1", text),
  ),
];

/** The header in which each source's signature is found. */
const SIGNATURE_HEADERS = {
  "standard-webhooks": "webhook-signature",
  github: "x-hub-signature-256",
  stripe: "stripe-signature",
  slack: "x-slack-signature",
  shopify: "x-shopify-hmac-sha256",
  typeform: "typeform-signature",
  linear: "linear-signature",
  twilio: "x-twilio-signature",
  "hmac-sha256": "x-webhook-signature",
} as const;

const WEBHOOKS: readonly Case[] = [
  reads(
    "GEN's form",
    (n) => pieces(n, (i) => `a${i}=b`, "&"),
    (text) => findGenerationId(text, "application/x-www-form-urlencoded"),
  ),
  reads(
    "GEN's JSON",
    (n) => object(n),
    (text) => findGenerationId(text, null),
  ),
  ...Object.entries(SIGNATURE_HEADERS).flatMap(([name, header]) => {
    const sender = SENDERS[name as keyof typeof SIGNATURE_HEADERS];
    const signedAs = (value: string) => withHeaders(send(sender), { [header]: value });
    return [
      reads(
        `${name}: hex`,
        (n) => signedAs(`${"0".repeat(n)}x`),
        (delivery) => judge(sender, delivery),
      ),
      reads(
        `${name}: a list`,
        (n) => signedAs(`t=1,${"v1,AAAA= v1=00, ".repeat(n)}`),
        (delivery) => judge(sender, delivery),
      ),
      reads(
        `${name}: a body`,
        (n) => send(sender, { body: object(n) }),
        (delivery) => judge(sender, delivery),
      ),
      reads(
        `${name}: a form`,
        (n) => send(sender, { body: pieces(n, (i) => `a=${i}`, "&") }),
        (delivery) => judge(sender, delivery),
      ),
    ];
  }),
  reads(
    "twilio: an address",
    (n) => ({ ...send(SENDERS.twilio), url: `https://${":1".repeat(n)}x/?${"a".repeat(n)}` }),
    (delivery) => judge(SENDERS.twilio, delivery),
  ),
];

/** One attempt that GEN answers with these headers. */
function answered(headers: Record<string, string>) {
  answer = new Response(null, { headers });
  const init = { method: "GET", headers: {}, body: null };
  const terms = { limitMs: 50, endsAt: NOW, readWhole: false, alsoAnswers: [], callerSignal: null };
  return attempt({ url: "https://gen.test", init, apiKey: "key", clock: systemClock, ...terms });
}

let answer: Response;
beforeAll(() => void vi.stubGlobal("fetch", async () => answer));
afterAll(() => void vi.unstubAllGlobals());

describe("what any sender may send", () => {
  it.each([...BODIES, ...HEADERS, ...GEN, ...WEBHOOKS])(
    "takes at most three times the work when it is twice as much: %s",
    { timeout: 60_000 },
    async (_, prepare) => {
      expect(await measureWorkRatio(prepare, { size: SIZE, limit: MAX_RATIO })).toBeLessThan(MAX_RATIO);
    },
  );
});
