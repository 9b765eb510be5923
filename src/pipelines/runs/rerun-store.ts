/** What a pipeline's object keeps so that its runs can be run again: steps' results, and which play of a run it is. */
import { addColumns } from "../../objects/sql.ts";
import type { StepPlan } from "../protocol.ts";
import type { RunState } from "../run-record.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS results (step INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS runs_failed ON runs (ended_at) WHERE state = 'failed';
CREATE INDEX IF NOT EXISTS runs_in_state ON runs (state, number);`;

/** Columns of `runs` that its first version did not have. */
const COLUMNS = {
  play: "INTEGER NOT NULL DEFAULT 1",
  begun: "INTEGER NOT NULL DEFAULT 0",
  renewed: "TEXT NOT NULL DEFAULT '{}'",
  kept_chars: "INTEGER NOT NULL DEFAULT 0",
  lost_charges: "INTEGER NOT NULL DEFAULT 0",
} as const;

/** The results of one run, in characters. Of a run that has more, some are not kept, and it can't be run again. */
const MAX_KEPT_CHARS = 16 * 1_024 * 1_024;
/** Smaller results are kept without being counted: a Workflow has 25,000 steps at most. */
const SMALL_CHARS = 256;
const MAX_COUNTED = 1_000;

/** A run is played once, and once more each time it is run again. */
interface Play {
  /** From 1. */
  readonly play: number;
  /** Whether the Workflow of this play has begun. */
  readonly begun: boolean;
  /** The steps that have got a new key, with the number of the play in which they did. */
  readonly renewed: Readonly<Record<string, number>>;
}

export interface EndedFilter {
  readonly state: "failed" | "stopped";
  /** Both inclusive, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** The number of the last run that was seen. */
  readonly after: number;
  readonly limit: number;
}

/** The first runs that fit, in the order in which they were started. */
export interface Ended {
  /** How many fit in all, a thousand at most. */
  readonly matched: number;
  readonly runs: readonly { readonly id: string; readonly number: number }[];
}

export class RerunStore {
  readonly #sql: SqlStorage;

  /** Needs the tables of `RunsStore`. */
  constructor(sql: SqlStorage) {
    this.#sql = sql;
    addColumns(sql, "runs", COLUMNS);
    sql.exec(TABLES);
  }

  play(run: string): Play {
    const [row] = this.#sql.exec("SELECT play, begun, renewed FROM runs WHERE id = ?", run).toArray();
    return {
      play: Number(row?.play ?? 1),
      begun: row?.begun === 1,
      renewed: JSON.parse(String(row?.renewed ?? "{}")),
    };
  }

  setBegun(run: string): void {
    this.#sql.exec("UPDATE runs SET begun = 1 WHERE id = ? AND begun = 0", run);
  }

  /** Keeps a step's result, if there is room for it. */
  keep(run: string, step: string, value: string): void {
    const { length } = value;
    const count = "UPDATE runs SET kept_chars = kept_chars + ? WHERE id = ? AND kept_chars + ? <= ? RETURNING id";
    const fits =
      length <= SMALL_CHARS || this.#sql.exec(count, length, run, length, MAX_KEPT_CHARS).toArray().length > 0;
    const insert = "INSERT OR REPLACE INTO results SELECT number, ? FROM steps WHERE run = ? AND name = ?";
    if (fits) this.#sql.exec(insert, value, run, step);
  }

  /** Null when it is not kept. */
  result(run: string, step: string): string | null {
    const query = "SELECT value FROM results WHERE step = (SELECT number FROM steps WHERE run = ? AND name = ?)";
    const [row] = this.#sql.exec(query, run, step).toArray();
    return row ? String(row.value) : null;
  }

  /** The steps of a run whose results are kept. */
  keptSteps(run: string): ReadonlySet<string> {
    const query = "SELECT name FROM steps JOIN results ON results.step = steps.number WHERE run = ?";
    return new Set(
      this.#sql
        .exec(query, run)
        .toArray()
        .map(({ name }) => String(name)),
    );
  }

  /** A finished run is not run again. */
  drop(run: string): void {
    this.#sql.exec("DELETE FROM results WHERE step IN (SELECT number FROM steps WHERE run = ?)", run);
  }

  /** Deletes the results of runs that ended before this time. Before the steps themselves go. */
  purge(before: number): void {
    const steps = "SELECT steps.number FROM steps JOIN runs ON runs.id = steps.run WHERE runs.ended_at < ?";
    this.#sql.exec(`DELETE FROM results WHERE step IN (${steps})`, before);
  }

  /** The next play of a run: its failed steps are open again, and it is queued like a new one. */
  restart(run: string, plans: readonly StepPlan[], dueAt: number): void {
    const { play, renewed } = this.play(run);
    const next = { ...renewed };
    for (const { name, fate } of plans) {
      if (fate.kind === "follows") this.#reopen(run, name, fate.generation);
      else this.#sql.exec("DELETE FROM steps WHERE run = ? AND name = ?", run, name);
      if (fate.kind === "renewed") next[name] = play + 1;
    }
    const query = `UPDATE runs SET state = 'queued', play = ?, begun = 0, launched = 0, renewed = ?, ended_at = NULL,
      output = NULL, error = NULL, due_at = ?, pokes = 0, lost_charges = lost_charges + ? WHERE id = ?`;
    const lost = plans.filter(({ fate }) => fate.kind === "renewed" && !fate.refunded).length;
    this.#sql.exec(query, play + 1, JSON.stringify(next), dueAt, lost, run);
  }

  ended({ state, since, until, after, limit }: EndedFilter): Ended {
    const fits = "state = ? AND number > ? AND ended_at BETWEEN ? AND ?";
    const query = `SELECT id, number FROM runs WHERE ${fits} ORDER BY number LIMIT ?`;
    const rows = this.#sql.exec(query, state, after, since, until, MAX_COUNTED).toArray();
    const runs = rows.slice(0, limit).map(({ id, number }) => ({ id: String(id), number: Number(number) }));
    return { matched: rows.length, runs };
  }

  /** Runs that failed since then and were not run again, a thousand at most. */
  countFailed(since: number): number {
    const query = "SELECT 1 FROM runs WHERE state = 'failed' AND ended_at >= ? LIMIT ?";
    return this.#sql.exec(query, since, MAX_COUNTED).toArray().length;
  }

  #reopen(run: string, name: string, generation: string | null): void {
    const query = `UPDATE steps SET state = 'running', turns = 0, ended_at = NULL, error = NULL, waits_for = NULL,
      credit_waits = 0, generation = COALESCE(?, generation) WHERE run = ? AND name = ?`;
    this.#sql.exec(query, generation, run, name);
  }
}

/** The states in which a run can be run again. */
export function isRerunnable(state: RunState): state is EndedFilter["state"] {
  return state === "failed" || state === "stopped";
}
