/** One thing that must be there in a Worker that is set up. What to do where it is not stands in the page's script. */
export interface SetupCheck {
  readonly name: "configuration" | "key" | "gen" | "bindings" | "plan";
  /** Null: can't be known from here. */
  readonly ok: boolean | null;
  /** What is wrong, as sentences or names; for the plan, what it must allow. */
  readonly details: readonly string[];
}
