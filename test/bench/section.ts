/** The parts of the benchmark: sections that measure, and rows that show the results. */

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The goal, or the value that it is compared with. */
  readonly goal: string;
  /** Whether the goal was met; null where there is none. */
  readonly met: boolean | null;
}

export interface Section {
  readonly name: string;
  /** How it was measured, in whole sentences for the reader of the report. */
  readonly how: string;
  run(): Promise<readonly Row[]>;
}

/** A row with a goal. */
export function judged(what: string, measured: string, { goal, met }: { goal: string; met: boolean }): Row {
  return { what, measured, goal, met };
}

/** A row that is only compared with another. */
export function beside(what: string, measured: string): Row {
  return { what, measured, goal: "–", met: null };
}
