/** What a month's charges come to in groups: by whose they are, by what they are, or by day. Reads the sums alone. */
import { DIMENSIONS, type Group, type ReportQuery } from "./query.ts";
import { TOTALS } from "./sum-table.ts";

/** The groups of the days; those in which nothing counts, because all of it was released, are left out. */
export function readGroups(sql: SqlStorage, { by, from, to, filters }: ReportQuery, limit: number): Group[] {
  const given = DIMENSIONS.flatMap((column) => {
    const value = filters[column];
    return value === undefined ? [] : [{ column, value }];
  });
  const where = ["day >= ?", "day <= ?", ...given.map(({ column }) => `${column} = ?`)].join(" AND ");
  const query = `SELECT ${by} AS key, ${TOTALS} FROM sums WHERE ${where} GROUP BY ${by}
    HAVING reservedCalls + spentCalls + failed + unpriced <> 0 OR round(reserved + spent + givenBack, 6) <> 0
    LIMIT ?`;
  const values = given.map(({ value }) => value);
  return sql.exec(query, from, to, ...values, limit).toArray() as unknown as Group[];
}
