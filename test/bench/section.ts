/** What the bench is made of: sections that measure, and rows that say what came out. */

/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it should be, or what it stands beside. */
  readonly goal: string;
  /** Null where there is no goal to meet. */
  readonly met: boolean | null;
}

export interface Section {
  readonly name: string;
  /** How it was measured, for the reader of the report: whole sentences. */
  readonly how: string;
  run(): Promise<readonly Row[]>;
}

/** A row with a goal. */
export function judged(what: string, measured: string, { goal, met }: { goal: string; met: boolean }): Row {
  return { what, measured, goal, met };
}

/** A row that only stands beside another. */
export function beside(what: string, measured: string): Row {
  return { what, measured, goal: "–", met: null };
}
