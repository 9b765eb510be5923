/** The tables of a pipeline's object: runs and steps. docs/storage.md lists them. */
import { addColumns, toWhere } from "../../objects/sql.ts";
import type { Order, RunFilter } from "../protocol.ts";
import {
  ACTIVE,
  type RunReport,
  type RunState,
  type RunSummary,
  type RunTerms,
  type StepRecord,
  type Waiting,
} from "../run-record.ts";
import type { RunError } from "../step-failed.ts";
import { toOwner } from "./slots.ts";

const TABLES = `
CREATE TABLE IF NOT EXISTS runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, trigger TEXT NOT NULL, input TEXT NOT NULL,
  state TEXT NOT NULL, launched INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, ended_at INTEGER,
  output TEXT, error TEXT, due_at INTEGER NOT NULL, pokes INTEGER NOT NULL DEFAULT 0, line TEXT);
CREATE INDEX IF NOT EXISTS runs_by_state ON runs (state, due_at);
CREATE TABLE IF NOT EXISTS steps (
  number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, operation TEXT,
  state TEXT NOT NULL, waits_for TEXT, turns INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
  call_id TEXT, generation TEXT, charged TEXT, error TEXT, slot TEXT NOT NULL DEFAULT 'none',
  credit_waits INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL, UNIQUE (run, name));
CREATE INDEX IF NOT EXISTS steps_by_slot ON steps (slot, number);
DROP TABLE IF EXISTS rejections;`;

interface NewRun extends Pick<Order, "id" | "trigger" | "terms" | "input"> {
  readonly at: number;
  readonly dueAt: number;
  readonly line: string | null;
}

const ACTIVE_LIST = ACTIVE.map((state) => `'${state}'`).join(", ");

export class RunsStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLES);
    addColumns(sql, "steps", { hint: "TEXT" });
    addColumns(sql, "runs", { terms: "TEXT" });
  }

  /** Runs with the same `line` run one after the other. Null: the run waits for no other. */
  addRun(run: NewRun): void {
    const { id, trigger, terms, input, at, dueAt, line } = run;
    const query = `INSERT INTO runs (id, trigger, terms, input, state, created_at, due_at, line)
      VALUES (?, ?, ?, ?, 'queued', ?, ?, ?)`;
    this.#sql.exec(query, id, JSON.stringify(trigger), JSON.stringify(terms), input, at, dueAt, line);
  }

  setTerms(run: string, terms: RunTerms): void {
    this.#sql.exec("UPDATE runs SET terms = ? WHERE id = ?", JSON.stringify(terms), run);
  }

  /** Whether another run of its line is active, or comes first. */
  standsInLine(run: string): boolean {
    const query = `SELECT COUNT(*) AS n FROM runs JOIN runs AS own ON own.id = ?
      WHERE runs.line = own.line AND runs.state IN (${ACTIVE_LIST}) AND runs.state <> 'queued'`;
    return this.#count(query, run) > 0 || (this.nextInLine(run) ?? run) !== run;
  }

  /** The next run of a run's line: the first of the owner whose last run ended longest ago. Null when none waits. */
  nextInLine(run: string): string | null {
    const lastTurn = `SELECT MAX(past.ended_at) FROM runs AS past
      WHERE past.line = runs.line AND ${toOwner("past")} = ${toOwner("runs")}`;
    const query = `SELECT runs.id FROM runs JOIN runs AS own ON own.id = ?
      WHERE runs.line = own.line AND runs.state = 'queued' ORDER BY (${lastTurn}), runs.number LIMIT 1`;
    const [row] = this.#sql.exec(query, run).toArray();
    return row ? String(row.id) : null;
  }

  run(id: string): RunReport | null {
    const [row] = this.#sql.exec("SELECT * FROM runs WHERE id = ?", id).toArray();
    return row ? { ...toSummary(row), ...toContent(row), steps: this.steps(id) } : null;
  }

  /** Throws when there is no such run. */
  demand(id: string): RunSummary {
    return toSummary(this.#sql.exec("SELECT * FROM runs WHERE id = ?", id).one());
  }

  /** Newest first. */
  list({ before, limit, state, since }: RunFilter): RunSummary[] {
    const { where, given } = toWhere({
      "number < ?": before,
      "state = ?": state,
      "(ended_at IS NULL OR ended_at >= ?)": since,
    });
    const query = `SELECT * FROM runs ${where} ORDER BY number DESC LIMIT ?`;
    return Array.from(this.#sql.exec(query, ...given, limit), toSummary);
  }

  steps(run: string): StepRecord[] {
    return this.#sql.exec("SELECT * FROM steps WHERE run = ? ORDER BY number", run).toArray().map(toStep);
  }

  setState(run: string, state: RunState): void {
    this.#sql.exec("UPDATE runs SET state = ? WHERE id = ?", state, run);
  }

  setLaunched(run: string): void {
    this.#sql.exec("UPDATE runs SET launched = 1 WHERE id = ?", run);
  }

  endRun(run: string, end: { state: RunState; output: string | null; error: RunError | null; at: number }): void {
    const { state, output, error, at } = end;
    const query = "UPDATE runs SET state = ?, output = ?, error = ?, ended_at = ? WHERE id = ?";
    this.#sql.exec(query, state, output, error && JSON.stringify(error), at, run);
    const left = "UPDATE steps SET state = 'failed', waits_for = NULL, ended_at = ? WHERE run = ? AND ended_at IS NULL";
    this.#sql.exec(left, at, run);
    this.#sql.exec("UPDATE steps SET slot = 'none' WHERE run = ?", run);
  }

  /** Stops all steps of the run; waiting steps get no slot any more. */
  stopRun(run: string, dueAt: number): void {
    this.#sql.exec("UPDATE runs SET state = 'stopping', due_at = ?, pokes = 0 WHERE id = ?", dueAt, run);
    this.#sql.exec("UPDATE steps SET slot = 'none' WHERE run = ? AND slot = 'queued'", run);
  }

  /**
   * The run has moved. It is expected to move again when the first of its steps is due, but not before `soonest`. A step
   * that holds the slot it waits for is due at once.
   */
  expect(run: string, soonest: number): void {
    const due = "IIF(slot = 'held' AND waits_for = 'slot', 0, due_at)";
    const next = `SELECT MIN(${due}) FROM steps WHERE run = ? AND ended_at IS NULL`;
    const query = `UPDATE runs SET pokes = 0, due_at = MAX(?, COALESCE((${next}), 0)) WHERE id = ?`;
    this.#sql.exec(query, soonest, run, run);
  }

  poked(run: string, dueAt: number): void {
    this.#sql.exec("UPDATE runs SET due_at = ?, pokes = pokes + 1 WHERE id = ?", dueAt, run);
  }

  overdue(now: number): { id: string; state: RunState; launched: boolean; pokes: number }[] {
    const query = `SELECT id, state, launched, pokes FROM runs WHERE state IN (${ACTIVE_LIST}) AND due_at <= ? LIMIT 100`;
    return this.#sql
      .exec(query, now)
      .toArray()
      .map(({ id, state, launched, pokes }) => {
        return { id: String(id), state: state as RunState, launched: launched === 1, pokes: Number(pokes) };
      });
  }

  /** When the first active run is overdue; null when there is none. */
  nextDueAt(): number | null {
    const [row] = this.#sql.exec(`SELECT MIN(due_at) AS at FROM runs WHERE state IN (${ACTIVE_LIST})`).toArray();
    return typeof row?.at === "number" ? row.at : null;
  }

  /** Adds the step, or counts one more turn of it. A step that has ended stays as it is. */
  enterStep(
    run: string,
    step: Pick<StepRecord, "name" | "kind" | "operation" | "callId">,
    { at, dueAt }: { at: number; dueAt: number },
  ): StepRecord {
    const { name, kind, operation, callId } = step;
    this.#sql.exec(
      `INSERT INTO steps (run, name, kind, operation, state, turns, started_at, call_id, due_at)
       VALUES (?, ?, ?, ?, 'running', 1, ?, ?, ?)
       ON CONFLICT (run, name) DO UPDATE SET turns = turns + (ended_at IS NULL), waits_for = NULL,
         due_at = excluded.due_at, state = CASE WHEN ended_at IS NULL THEN 'running' ELSE state END`,
      run,
      name,
      kind,
      operation,
      at,
      callId,
      dueAt,
    );
    return this.#demandStep(run, name);
  }

  /** Records facts about the step. Null changes nothing. */
  noteStep(run: string, name: string, facts: Pick<StepRecord, "generation" | "charged" | "hint">): void {
    const query = `UPDATE steps SET generation = COALESCE(?, generation), charged = COALESCE(?, charged),
      hint = COALESCE(?, hint) WHERE run = ? AND name = ?`;
    this.#sql.exec(query, facts.generation, facts.charged, facts.hint, run, name);
  }

  waitStep(run: string, name: string, { waitsFor, dueAt }: { waitsFor: Waiting; dueAt: number }): void {
    const query = `UPDATE steps SET state = 'waiting', waits_for = ?, due_at = ?, credit_waits = credit_waits + ?
      WHERE run = ? AND name = ?`;
    this.#sql.exec(query, waitsFor, dueAt, waitsFor === "credits" ? 1 : 0, run, name);
  }

  endStep(
    run: string,
    name: string,
    { state, error, at }: { state: "done" | "failed"; error: RunError | null; at: number },
  ): void {
    const query = `UPDATE steps SET state = ?, waits_for = NULL, error = ?, ended_at = ?, slot = 'none'
      WHERE run = ? AND name = ?`;
    this.#sql.exec(query, state, error && JSON.stringify(error), at, run, name);
  }

  isPausedForCredits(run: string): boolean {
    return this.#count("SELECT COUNT(*) AS n FROM steps WHERE run = ? AND waits_for = 'credits'", run) > 0;
  }

  /** The charges of other steps of the run, certain or possible, and those of what was stopped and made anew. */
  countCharges(run: string, name: string): number {
    const charged = "SELECT COUNT(*) FROM steps WHERE run = runs.id AND name <> ? AND COALESCE(charged, 'no') <> 'no'";
    return this.#count(`SELECT lost_charges + (${charged}) AS n FROM runs WHERE id = ?`, name, run);
  }

  /** From now on the step may have been charged, even if an earlier turn was refused. */
  setInDoubt(run: string, name: string): void {
    const query = "UPDATE steps SET charged = 'unknown' WHERE run = ? AND name = ? AND COALESCE(charged, 'no') = 'no'";
    this.#sql.exec(query, run, name);
  }

  /** Deletes runs that ended before this time. */
  purge(before: number): void {
    this.#sql.exec("DELETE FROM steps WHERE run IN (SELECT id FROM runs WHERE ended_at < ?)", before);
    this.#sql.exec("DELETE FROM runs WHERE ended_at < ?", before);
  }

  /** When the first run ended; null when none has. */
  firstEndedAt(): number | null {
    const [row] = this.#sql.exec("SELECT MIN(ended_at) AS ended FROM runs").toArray();
    return (row?.ended as number | null | undefined) ?? null;
  }

  #demandStep(run: string, name: string): StepRecord {
    const [row] = this.#sql.exec("SELECT * FROM steps WHERE run = ? AND name = ?", run, name).toArray();
    if (!row) throw new Error("No such step.");
    return toStep(row);
  }

  #count(query: string, ...values: string[]): number {
    const [row] = this.#sql.exec(query, ...values).toArray();
    return Number(row?.n ?? 0);
  }
}

type Row = Record<string, SqlStorageValue>;

function toSummary(row: Row): RunSummary {
  return {
    id: String(row.id),
    number: Number(row.number),
    state: row.state as RunState,
    trigger: JSON.parse(String(row.trigger)),
    terms: JSON.parse(String(row.terms)),
    createdAt: Number(row.created_at),
    endedAt: row.ended_at as number | null,
    error: toError(row.error),
    reruns: Number(row.play ?? 1) - 1,
  };
}

function toContent(row: Row): Pick<RunReport, "input" | "output"> {
  return { input: String(row.input), output: row.output as string | null };
}

function toStep(row: Row): StepRecord {
  return {
    name: String(row.name),
    kind: row.kind as StepRecord["kind"],
    operation: row.operation as string | null,
    state: row.state as StepRecord["state"],
    waitsFor: row.waits_for as StepRecord["waitsFor"],
    turns: Number(row.turns),
    startedAt: Number(row.started_at),
    endedAt: row.ended_at as number | null,
    callId: row.call_id as string | null,
    generation: row.generation as string | null,
    creditWaits: Number(row.credit_waits),
    charged: row.charged as StepRecord["charged"],
    hint: row.hint as string | null,
    error: toError(row.error),
  };
}

function toError(value: SqlStorageValue | undefined): RunError | null {
  return typeof value === "string" ? JSON.parse(value) : null;
}
