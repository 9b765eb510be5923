/** Whether an answer says the truth about money: what is left, who has denied it, and whether its call's tag was right. */
import type { Exchange } from "../exchange.ts";
import type { Answer } from "../http-reader.ts";
import type { Judge } from "../plan.ts";
import { type Credential, TAGS_IN_CREDITS } from "../world.ts";
import { parseMembers } from "./judge-problem.ts";

type Members = Readonly<Record<string, unknown>>;

const DENIED = new Set(["budget_exhausted", "quota_exhausted"]);
/** Nothing was sent to GEN, or what was sent was refused. */
const FREE = new Set([...DENIED, "price_unknown", "bad_request", "charges_paused"]);
const CREDITS = /^(?:estimate=\d+(?:\.\d{1,6})?, )?left=\d+(?:\.\d{1,6})?$/;
/** Whose limits are the operator's to know. */
const UNTOLD = new Set(["account", "all"]);
const HOLDERS = new Set(["client", "user", "tag", "pipeline", ...UNTOLD]);

/** `header`: `X-GenEdge-Credits`. */
export function judgeCredits(header: string | null): string[] {
  return header === null || CREDITS.test(header) ? [] : [`credits: ${header}`];
}

/** A problem that is about money costs nothing; one of a budget says which it was, and when it begins anew. */
export function judgeMoney({ status, headers }: Answer, { error_code, charged, budget, quota }: Members): string[] {
  const code = String(error_code);
  const faults = FREE.has(code) && charged !== "no" ? [`${code} with charged: ${charged}`] : [];
  if (!DENIED.has(code)) return faults;
  const { of, name, unit, per, limit, left, renews_at: renewsAt } = (budget ?? {}) as Members;
  const isWhole = [
    status === 429,
    Number(headers.get("retry-after")) >= 1,
    typeof of === "string" && HOLDERS.has(of) && (name === null) === (of === "all"),
    (unit === "calls" || unit === "credits") && (per === "day" || per === "month"),
    (limit === undefined) === UNTOLD.has(String(of)),
    typeof left === "number" && left >= 0 && left <= Number(limit ?? Number.POSITIVE_INFINITY),
    Date.parse(String(renewsAt)) > Date.now() - SLACK_MS,
    (code === "quota_exhausted") === ((of === "client" || of === "user") && per === "day"),
    (code === "quota_exhausted") === (quota !== undefined),
  ];
  const where = isWhole.indexOf(false);
  return where < 0 ? faults : [...faults, `${code} (${where}) with ${JSON.stringify({ status, budget, quota })}`];
}

/** An answer may be on its way while the day ends. */
const SLACK_MS = 10_000;

/** Refused for a budget that has too little left. */
export function isDenied({ body }: Answer): boolean {
  return DENIED.has(String(parseMembers(body)?.error_code));
}

/** Told that it cost nothing, by a problem of ours. */
export function isUncharged({ answers, end }: Exchange): boolean {
  return end === "whole" && answers.every(({ body, status }) => status >= 400 && parseMembers(body)?.charged === "no");
}

/** `tags`: the headers of the call. Of a client without a limit in credits, of its own or its tag, nothing is told. */
export function toTagJudge(tags: readonly string[], { isGood, policy }: Credential): Judge | null {
  if (!isGood) return null;
  const tag = policy?.tag ?? tags[0]?.trim();
  const isRefused = !fitsTag(tags, policy ?? {});
  const hasCredits = (policy?.creditsPerDay ?? policy?.creditsPerMonth ?? null) !== null;
  const isTold = hasCredits || TAGS_IN_CREDITS.has(tag ?? "");
  return ({ status, headers, body }) => {
    const { error_code: code, developer_detail: why, generation_id: job } = parseMembers(body) ?? {};
    const told = headers.has("x-genedge-credits");
    const isBlamed = code === "bad_request" && String(why).includes("X-GenEdge-Tag");
    // Who may not use the operation at all is told that before.
    return [
      ...(isRefused === isBlamed || code === "scope_required"
        ? []
        : [`status ${status} ${code} for the tags ${JSON.stringify(tags)}`]),
      ...(told && !isTold ? ["X-GenEdge-Credits for a client without a limit in credits"] : []),
      ...(!told && isTold && status === 201 && job !== undefined ? ["no X-GenEdge-Credits"] : []),
    ];
  };
}

/** As docs/money.md says: 1 to 64 of these, once; the policy's own where it sets one; not without where it demands one. */
function fitsTag(tags: readonly string[], { tag, tagRequired }: NonNullable<Credential["policy"]>): boolean {
  const [given, ...more] = tags.map((each) => each.trim());
  if (given === undefined) return tag !== undefined || tagRequired !== true;
  return more.length === 0 && /^[A-Za-z0-9._-]{1,64}$/.test(given) && (tag === undefined || tag === given);
}
