/** One thing that must be there in a Worker that is set up. */
export interface SetupCheck {
  readonly name: "configuration" | "key" | "gen" | "bindings" | "plan";
  /** Null: can't be known from here. */
  readonly ok: boolean | null;
  readonly what: string;
  /** Null when nothing is to be done. */
  readonly to_do: string | null;
}
