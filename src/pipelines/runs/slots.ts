/**
 * The slots that the generations of a pipeline share. A free slot goes to the owner that holds the fewest; among those,
 * to the one that got its last slot longest ago; and there to the owner's first waiting step. So the many runs of one
 * client delay others by no more than the time that a slot is held. A slot is never taken away.
 */

/** The owners that hold or wait for a slot. `served` grows with each grant. */
const TABLE = "CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, served REAL NOT NULL);";

/** SQL for the owner of a run: a client, a webhook source, or cron. `runs`: the table's name in the query. */
export function toOwner(runs: string): string {
  const members = ["kind", "clientId", "source"].map((name) => `json_extract(${runs}.trigger, '$.${name}')`);
  return `CONCAT_WS(':', ${members.join(", ")})`;
}

const IN_PLAY = `SELECT ${toOwner("runs")} FROM steps JOIN runs ON runs.id = steps.run WHERE steps.slot IN ('queued', 'held')`;

const NEXT = `
WITH heads AS (
  SELECT MIN(steps.number) AS number, ${toOwner("runs")} AS owner FROM steps JOIN runs ON runs.id = steps.run
  WHERE steps.slot = 'queued' GROUP BY owner)
SELECT number, owner FROM heads ORDER BY
  (SELECT COUNT(*) FROM steps JOIN runs ON runs.id = steps.run
    WHERE steps.slot = 'held' AND ${toOwner("runs")} = heads.owner),
  (SELECT served FROM owners WHERE owners.owner = heads.owner),
  number LIMIT 1`;

type Slot = "none" | "queued" | "held";

/** A step that holds a slot. */
interface SlotHolder {
  readonly run: string;
  readonly callId: string;
}

export class Slots {
  readonly #sql: SqlStorage;

  /** Needs the tables of `RunsStore`. */
  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLE);
  }

  slot(run: string, name: string): Slot {
    const [row] = this.#sql.exec("SELECT slot FROM steps WHERE run = ? AND name = ?", run, name).toArray();
    return (row?.slot as Slot | undefined) ?? "none";
  }

  setSlot(run: string, name: string, slot: Slot): void {
    this.#sql.exec("UPDATE steps SET slot = ? WHERE run = ? AND name = ?", slot, run, name);
    // A new owner comes before the owner that was served last, and after all others.
    const query = `INSERT OR IGNORE INTO owners
      SELECT ${toOwner("runs")}, (SELECT COALESCE(MAX(served), 0) - 0.5 FROM owners) FROM runs WHERE id = ?`;
    if (slot === "queued") this.#sql.exec(query, run);
  }

  /** The calls of the run's steps that hold a slot, and still wait for it. */
  untaken(run: string): string[] {
    const query = "SELECT call_id FROM steps WHERE run = ? AND slot = 'held' AND waits_for = 'slot'";
    return Array.from(this.#sql.exec(query, run), ({ call_id }) => String(call_id));
  }

  /** Grants the free ones of `places` slots. Returns the steps that got one. */
  grant(places: number): SlotHolder[] {
    const free = places - this.#countHeld();
    const granted: SlotHolder[] = [];
    while (granted.length < free) {
      const holder = this.#grantOne();
      if (holder === null) break;
      granted.push(holder);
    }
    // No step waits: forget the owners that hold no slot.
    if (granted.length < free) this.#sql.exec(`DELETE FROM owners WHERE owner NOT IN (${IN_PLAY})`);
    return granted;
  }

  #grantOne(): SlotHolder | null {
    const [next] = this.#sql.exec(NEXT).toArray();
    if (!next) return null;
    const { number = null, owner = null } = next;
    this.#sql.exec("UPDATE owners SET served = (SELECT MAX(served) + 1 FROM owners) WHERE owner = ?", owner);
    const query = "UPDATE steps SET slot = 'held' WHERE number = ? RETURNING run, call_id";
    const { run, call_id } = this.#sql.exec(query, number).one();
    return { run: String(run), callId: String(call_id) };
  }

  #countHeld(): number {
    return Number(this.#sql.exec("SELECT COUNT(*) AS n FROM steps WHERE slot = 'held'").one().n);
  }
}
