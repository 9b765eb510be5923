/** What a month's charges come to in groups: by whose they are, by what they are, or by day. Reads the sums alone. */
import { toWhere } from "../../objects/sql.ts";
import { DIMENSIONS, type Group, type ReportQuery } from "./query.ts";
import { TOTALS } from "./sum-table.ts";

/** The groups of the days; those in which nothing counts, because all of it was released, are left out. */
export function readGroups(sql: SqlStorage, { by, from, to, filters }: ReportQuery, limit: number): Group[] {
  const filtered = DIMENSIONS.map((column) => [`${column} = ?`, filters[column] ?? null]);
  const { where, given } = toWhere({ "day >= ?": from, "day <= ?": to, ...Object.fromEntries(filtered) });
  const query = `SELECT ${by} AS key, ${TOTALS} FROM sums ${where} GROUP BY ${by}
    HAVING reservedCalls + spentCalls + failed + unpriced <> 0 OR round(reserved + spent + givenBack, 6) <> 0
    LIMIT ?`;
  return sql.exec(query, ...given, limit).toArray() as unknown as Group[];
}
