/**
 * Reads an error body in every shape that GEN's hosts use: `{error, error_code}`, `{detail: {error, error_code}}`,
 * `{detail: "…"}`, `{detail: [{msg}]}`, `{code, message}`. Anything else (HTML, an empty or truncated body) has no
 * code. The body is untrusted: lengths are bounded, codes must look like codes, and secrets are redacted, because GEN
 * may echo the key it was sent.
 */
import * as v from "valibot";
import { parseJson, toJsonText } from "../encoding/json.ts";
import { holdsSecret, redact } from "../observability/redact.ts";
import type { GenError } from "./failure.ts";

const NOTHING: GenError = { code: null, text: null, members: {} };
const MAX_TEXT_CHARS = 500;
const MAX_MEMBERS_CHARS = 8_192;

const Body = v.record(v.string(), v.unknown());
const Code = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,63}$/));

/** FastAPI hosts send no code, so the status stands in for it. */
const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  402: "payment_required",
  403: "permission_denied",
  404: "not_found",
  422: "validation_error",
};

const PASSED_MEMBERS = [
  "errors",
  "platform",
  "field",
  "new_change_set_required",
  "funding_error_kind",
  "x402_credit_purchase",
];

export function parseErrorBody(status: number, body: string, secrets: readonly string[] = []): GenError {
  const parsed = v.safeParse(Body, parseJson(body));
  if (!parsed.success) return NOTHING;
  const top = parsed.output;
  const nested = v.safeParse(Body, top.detail);
  const inner = nested.success && !Array.isArray(top.detail) ? nested.output : {};
  const source = { ...top, ...inner };
  const codes = [inner.error_code, inner.code, top.error_code, top.code];
  const code = codes.find((each) => isCode(each, secrets)) ?? null;
  const text = firstText(inner.error, inner.message, top.error, top.message, toDetailText(top.detail));
  const saysDetail = typeof top.detail === "string" || Array.isArray(top.detail);
  const members = Object.fromEntries(
    PASSED_MEMBERS.filter((name) => name in source).map((name) => [name, source[name]]),
  );
  return {
    code: code ?? (saysDetail ? (CODE_BY_STATUS[status] ?? null) : null),
    text: text === null ? null : redact(text, secrets).slice(0, MAX_TEXT_CHARS),
    members: clean(members, secrets),
  };
}

/** Redacts names and values. If redaction breaks the JSON, nothing is passed on. */
function clean(members: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown> {
  const text = toJsonText(members);
  if (text === null || text.length > MAX_MEMBERS_CHARS) return {};
  const cleaned = v.safeParse(Body, parseJson(redact(text, secrets)));
  return cleaned.success ? cleaned.output : {};
}

function isCode(candidate: unknown, secrets: readonly string[]): candidate is string {
  return v.is(Code, candidate) && !holdsSecret(candidate, secrets);
}

function firstText(...candidates: unknown[]): string | null {
  const text = candidates.find((candidate) => typeof candidate === "string" && candidate.trim() !== "");
  return typeof text === "string" ? text : null;
}

function toDetailText(detail: unknown): string | null {
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return null;
  const messages = detail.slice(0, 5).map((item) => (v.is(v.object({ msg: v.string() }), item) ? item.msg : null));
  return messages.filter((message) => message !== null).join(" ") || null;
}
