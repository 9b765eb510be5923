/** The charges of a month and the jobs that they started, in SQLite. */
import { type Charge, type ChargedJob, type JobEnd, type LedgerRow, toCredits } from "./charge.ts";

export const CHARGE_TABLES = `
  CREATE TABLE charges (call TEXT NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL, client TEXT NOT NULL,
    account TEXT NOT NULL, tag TEXT, agent TEXT, pipeline TEXT, run TEXT, operation TEXT NOT NULL, type TEXT,
    calls INTEGER NOT NULL, estimate REAL, state TEXT NOT NULL, cost REAL, given_back REAL, ended TEXT,
    credits REAL NOT NULL, PRIMARY KEY (call, epoch)) WITHOUT ROWID;
  CREATE INDEX charges_by_time ON charges (at, call, epoch);
  CREATE INDEX charges_by_credits ON charges (credits, call, epoch);
  CREATE INDEX charges_by_client ON charges (client, at, call, epoch);
  CREATE INDEX charges_by_client_credits ON charges (client, credits, call, epoch);
  CREATE TABLE jobs (id TEXT NOT NULL, kind TEXT NOT NULL, call TEXT NOT NULL, epoch INTEGER NOT NULL, status TEXT,
    cost REAL, ended_at INTEGER, PRIMARY KEY (id, kind, call, epoch)) WITHOUT ROWID;
  CREATE INDEX jobs_by_call ON jobs (call, epoch);`;

export type ChargeKey = Pick<Charge, "callId" | "epoch">;

export function findRow(sql: SqlStorage, { callId, epoch }: ChargeKey): LedgerRow | null {
  const [row] = sql.exec("SELECT * FROM charges WHERE call = ? AND epoch = ?", callId, epoch).toArray();
  return row === undefined ? null : toLedgerRow(row);
}

/** Writes how a charge stands now. `isNew`: the rest of it is to be written, too. */
export function putRow(sql: SqlStorage, row: LedgerRow, isNew: boolean): void {
  const { callId, epoch, at, clientId, account, tag, agentId, pipeline, runId, operation, type, calls } = row;
  const { estimate, state, cost, givenBack, ended } = row;
  if (!isNew) {
    const set = "estimate = ?, state = ?, cost = ?, given_back = ?, ended = ?, credits = ?";
    const query = `UPDATE charges SET ${set} WHERE call = ? AND epoch = ?`;
    sql.exec(query, estimate, state, cost, givenBack, ended, toCredits(row), callId, epoch);
    return;
  }
  const who = [callId, epoch, at, clientId, account, tag, agentId, pipeline, runId, operation, type, calls];
  const values = [...who, estimate, state, cost, givenBack, ended, toCredits(row)];
  sql.exec(`INSERT OR REPLACE INTO charges VALUES (${values.map(() => "?").join(", ")})`, ...values);
}

/** With its jobs. */
export function deleteRow(sql: SqlStorage, { callId, epoch }: ChargeKey): void {
  sql.exec("DELETE FROM jobs WHERE call = ? AND epoch = ?", callId, epoch);
  sql.exec("DELETE FROM charges WHERE call = ? AND epoch = ?", callId, epoch);
}

/** Records a job of a charge, or how it ended. What is known of its end stays. */
export function putJob(sql: SqlStorage, { callId, epoch }: ChargeKey, job: ChargedJob, end: EndedAt | null): void {
  const query = `INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    status = coalesce(excluded.status, status), cost = CASE WHEN excluded.status IS NULL THEN cost ELSE excluded.cost END,
    ended_at = coalesce(excluded.ended_at, ended_at)`;
  sql.exec(query, job.id, job.kind, callId, epoch, end?.status ?? null, end?.cost ?? null, end?.at ?? null);
}

interface EndedAt extends JobEnd {
  readonly at: number;
}

/** The jobs of a charge; `end` is null for one that goes on. */
export function listJobs(sql: SqlStorage, { callId, epoch }: ChargeKey): (ChargedJob & { end: JobEnd | null })[] {
  const query = "SELECT kind, id, status, cost FROM jobs WHERE call = ? AND epoch = ?";
  return sql
    .exec(query, callId, epoch)
    .toArray()
    .map(({ kind, id, status, cost }) => ({
      kind: String(kind),
      id: String(id),
      end: status === null ? null : { status: status as JobEnd["status"], cost: toNumber(cost) },
    }));
}

export function toLedgerRow(row: Record<string, SqlStorageValue>): LedgerRow {
  return {
    callId: String(row.call),
    epoch: Number(row.epoch),
    at: Number(row.at),
    clientId: String(row.client),
    account: String(row.account),
    tag: toText(row.tag),
    agentId: toText(row.agent),
    pipeline: toText(row.pipeline),
    runId: toText(row.run),
    operation: String(row.operation),
    type: toText(row.type),
    calls: Number(row.calls),
    estimate: toNumber(row.estimate),
    state: String(row.state) as LedgerRow["state"],
    cost: toNumber(row.cost),
    givenBack: toNumber(row.given_back),
    ended: toText(row.ended) as LedgerRow["ended"],
  };
}

export function toText(value: SqlStorageValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

export function toNumber(value: SqlStorageValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
