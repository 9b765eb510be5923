/**
 * The places that the generations of a pipeline share. A free one goes to who holds the fewest, of those to who was served
 * longest ago, and of one's own steps to the first: one client's many runs keep nobody else's waiting for longer than a place is
 * held. Places are not taken away.
 */

/** Who holds a place or waits for one, and the turn at which it was served last. */
const TABLE = "CREATE TABLE IF NOT EXISTS owners (owner TEXT PRIMARY KEY, served REAL NOT NULL);";

/** Whose a run is, in SQL: a client's, a webhook source's, or the clock's. `runs`: what the table is called in the query. */
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

/** A step that holds a place. */
interface Holder {
  readonly run: string;
  readonly callId: string;
}

export class Slots {
  readonly #sql: SqlStorage;

  /** Beside the tables of `RunsStore`. */
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
    // Who comes new goes before whoever was served last, and behind all others.
    const query = `INSERT OR IGNORE INTO owners
      SELECT ${toOwner("runs")}, (SELECT COALESCE(MAX(served), 0) - 0.5 FROM owners) FROM runs WHERE id = ?`;
    if (slot === "queued") this.#sql.exec(query, run);
  }

  /** Gives away what is free of so many places, and says to whom. */
  grant(places: number): Holder[] {
    const free = places - this.#countHeld();
    const granted: Holder[] = [];
    while (granted.length < free) {
      const holder = this.#grantOne();
      if (holder === null) break;
      granted.push(holder);
    }
    // Nobody waits: who holds nothing either is forgotten.
    if (granted.length < free) this.#sql.exec(`DELETE FROM owners WHERE owner NOT IN (${IN_PLAY})`);
    return granted;
  }

  #grantOne(): Holder | null {
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
