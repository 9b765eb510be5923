/** What a person or a program gives for a policy, before it is checked. `prices`: texts like `render=50`. */
const KINDS = {
  name: "text",
  scopes: "list",
  agents: "list",
  origins: "list",
  expiresAt: "text",
  operations: "list",
  sheets: "list",
  generationTypes: "list",
  /** Types that `bounds/generation-types.ts` does not know, listed on purpose. */
  otherTypes: "list",
  models: "list",
  maxDurationSeconds: "text",
  tier: "text",
  chargesPerDay: "text",
  maxCredits: "text",
  creditsPerDay: "text",
  chargesPerMonth: "text",
  creditsPerMonth: "text",
  prices: "prices",
  tag: "text",
  tagRequired: "flag",
  account: "text",
} as const;

export type Member = keyof typeof KINDS;

export const MEMBERS = Object.keys(KINDS) as readonly Member[];

interface Given {
  readonly text: string;
  readonly list: readonly string[];
  readonly prices: readonly string[];
  readonly flag: boolean;
}

export type PolicyInput = { readonly [Name in Member]?: Given[(typeof KINDS)[Name]] | undefined };

/** How a member is called where it was given: `--max-duration` on a command line. */
export type Naming = (member: Member) => string;

export function toKind(member: Member): keyof Given {
  return KINDS[member];
}
