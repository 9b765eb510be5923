/** Parses the flags into a policy, by the rules in `src/clients/policy/`. All mistakes are reported together. Pure. */
import type { Policy } from "../../src/access/policy.ts";
import { checkPolicy } from "../../src/clients/policy/parse-policy.ts";
import type { Member } from "../../src/clients/policy/policy-input.ts";

/** Each flag as it was typed: the items of a list with commas between them. */
export interface RawPolicy {
  readonly name: string | undefined;
  readonly scopes: string | undefined;
  readonly agents: string | undefined;
  readonly origins: string | undefined;
  readonly expires: string | undefined;
  readonly operations?: string | undefined;
  readonly sheets?: string | undefined;
  readonly generationTypes?: string | undefined;
  readonly otherTypes?: string | undefined;
  readonly models?: string | undefined;
  readonly maxDuration?: string | undefined;
  readonly tier?: string | undefined;
  readonly chargesPerDay?: string | undefined;
  readonly maxCredits?: string | undefined;
  readonly creditsPerDay?: string | undefined;
  readonly chargesPerMonth?: string | undefined;
  readonly creditsPerMonth?: string | undefined;
  readonly prices?: string | undefined;
  readonly tag?: string | undefined;
  readonly tagRequired?: boolean | undefined;
  readonly account?: string | undefined;
}

type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly mistakes: readonly string[] };

/** `holder`: whether the policy is for a client key or for users' tokens. */
export function parsePolicy(raw: RawPolicy, now: number, holder: "key" | "users" = "key"): ParsedPolicy {
  const { expires: expiresAt, maxDuration: maxDurationSeconds, ...same } = raw;
  const lists = {
    scopes: split(raw.scopes),
    agents: split(raw.agents),
    origins: split(raw.origins),
    operations: split(raw.operations),
    sheets: split(raw.sheets),
    generationTypes: split(raw.generationTypes),
    otherTypes: split(raw.otherTypes),
    models: split(raw.models),
    prices: split(raw.prices),
  };
  const parsed = checkPolicy({ ...same, expiresAt, maxDurationSeconds, ...lists }, { now, holder, say: toFlag });
  return parsed.ok ? parsed : { ok: false, mistakes: parsed.mistakes.map(({ message }) => message) };
}

function toFlag(member: Member): string {
  if (member === "expiresAt") return "--expires";
  if (member === "maxDurationSeconds") return "--max-duration";
  if (member === "prices") return "--price";
  return `--${member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Splits at commas and removes duplicates. */
function split(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return [...new Set(text.split(",").map((part) => part.trim()))].filter((part) => part !== "");
}
