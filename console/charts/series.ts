/** What a chart draws. Pure. */
export interface Series {
  readonly name: string;
  /** A variable of the style sheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly href?: string | null;
  /** Of the whole time, where that is not the sum of the values. */
  readonly total?: number;
}

/** For what has no colour of its own: as many as a chart shows of something. The rest is `--dim`. */
export const COLOURS = ["--c1", "--c2", "--c3", "--c4", "--c5"] as const;

export function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
