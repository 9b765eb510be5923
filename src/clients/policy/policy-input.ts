/** What a person or a program gives for a policy, before it is checked: lists of texts, and texts. */
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
  account: "text",
} as const;

export type Member = keyof typeof KINDS;

export const MEMBERS = Object.keys(KINDS) as readonly Member[];

export type PolicyInput = {
  readonly [Name in Member]?: ((typeof KINDS)[Name] extends "list" ? readonly string[] : string) | undefined;
};

/** How a member is called where it was given: `--max-duration` on a command line. */
export type Naming = (member: Member) => string;

export function isList(member: Member): boolean {
  return KINDS[member] === "list";
}
