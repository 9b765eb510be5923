/** What jobs have cost by GEN's transactions, against what the ledger says. GEN's list is the truth. */
import { EXACT, toExact } from "../credits.ts";
import type { ChargeKey } from "../ledger/charge-table.ts";

/** The transactions that are held against the jobs' costs. Milliseconds since the epoch. */
export interface Compared {
  /** Of charges from this time on, all transactions are known. */
  readonly since: number;
  /** Of jobs that ended before this time, too. */
  readonly until: number;
}

/** More are compared the next time. */
const MAX_COMPARED = 5_000;

interface Cost {
  readonly charge: ChargeKey;
  readonly jobId: string;
  /** By GEN's transactions. */
  readonly net: number;
  /** By the ledger; null when GEN did not say it of the job. */
  readonly cost: number | null;
}

/** Corrects the jobs that cost something else, and returns their charges. */
export function correct(sql: SqlStorage, compared: Compared): ChargeKey[] {
  const wrong = readCosts(sql, compared).filter((each) => {
    markCompared(sql, each);
    return each.cost === null || Math.abs(each.net - each.cost) > EXACT;
  });
  for (const { charge, jobId, net } of wrong) {
    const query = "UPDATE jobs SET cost = ? WHERE id = ? AND call = ? AND epoch = ?";
    sql.exec(query, Math.max(net, 0), jobId, charge.callId, charge.epoch);
  }
  return wrong.map(({ charge }) => charge);
}

function readCosts(sql: SqlStorage, { since, until }: Compared): Cost[] {
  const query = `SELECT due.call, due.epoch, due.job, jobs.cost, (SELECT SUM(amount) FROM transactions AS each
      WHERE each.call = due.call AND each.epoch = due.epoch AND each.job = due.job) AS net
    FROM (SELECT DISTINCT call, epoch, job FROM transactions WHERE compared = 0) AS due
    JOIN charges ON charges.call = due.call AND charges.epoch = due.epoch
    JOIN jobs ON jobs.id = due.job AND jobs.call = due.call AND jobs.epoch = due.epoch
    WHERE charges.at >= ? AND jobs.ended_at <= ? LIMIT ?`;
  const rows = sql.exec(query, since, until, MAX_COMPARED).toArray();
  return rows.map(({ call, epoch, job, cost, net }) => ({
    charge: { callId: String(call), epoch: Number(epoch) },
    jobId: String(job),
    net: toExact(Number(net)),
    cost: cost === null ? null : Number(cost),
  }));
}

function markCompared(sql: SqlStorage, { charge, jobId }: Cost): void {
  const query = "UPDATE transactions SET compared = 1 WHERE compared = 0 AND call = ? AND epoch = ? AND job = ?";
  sql.exec(query, charge.callId, charge.epoch, jobId);
}
