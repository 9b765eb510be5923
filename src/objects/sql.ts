/** What the stores of Durable Objects share when they ask SQLite. */

/** The conditions that are asked for, all of which must hold. Null: not asked for. `{ "state = ?": "failed" }` */
export function toWhere(asked: Readonly<Record<string, SqlStorageValue>>): {
  readonly where: string;
  readonly given: readonly SqlStorageValue[];
} {
  const conditions = Object.entries(asked).filter(([, value]) => value !== null);
  return {
    where: conditions.length === 0 ? "" : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`,
    given: conditions.map(([, value]) => value),
  };
}

/** Adds the columns that a table of an earlier version lacks: names and types. */
export function addColumns(sql: SqlStorage, table: string, columns: Readonly<Record<string, string>>): void {
  const known = new Set(Array.from(sql.exec("SELECT name FROM pragma_table_info(?)", table), ({ name }) => name));
  for (const [name, type] of Object.entries(columns)) {
    if (!known.has(name)) sql.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`);
  }
}
