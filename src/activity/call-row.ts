/** What the lists of calls show of one durable call, and the terms under which it is found. Plain data. */

/** `open`: it has not ended. `unknown`: an operator must look. `free`: nothing was charged. */
export const GROUPS = ["open", "unknown", "settled", "free"] as const;
export type Group = (typeof GROUPS)[number];

export interface CallRow {
  readonly callId: string;
  readonly clientId: string;
  readonly operation: string;
  /** Whether the operation costs credits. */
  readonly costs: boolean;
  readonly agentId: string | null;
  readonly sheetId: string | null;
  readonly cellId: string | null;
  readonly tag: string | null;
  readonly pipeline: string | null;
  readonly runId: string | null;
  /** Of the request that submitted it, and of some that joined it. */
  readonly requestIds: readonly string[];
  readonly group: Group;
  /** The state of the durable call. */
  readonly state: string;
  readonly charged: "no" | "yes" | "unknown";
  /** GEN's estimate, in credits; null when GEN was not asked. */
  readonly estimate: number | null;
  /** Times in milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly changedAt: number;
  /** When it is sent, or GEN is asked about it, next; null when nothing is due. */
  readonly nextAt: number | null;
  /** The latest failure: GEN's status and code, or what happened instead of an answer. */
  readonly failure: { readonly status?: number; readonly error_code?: string | null; readonly kind?: string } | null;
  readonly jobs: readonly { readonly kind: string; readonly id: string }[];
  /** Of what else it has made at GEN. Absent in rows of earlier versions. */
  readonly otherIds?: readonly string[];
}

/** A value of a filter, as a term. */
export function toTerm(field: "client" | "agent" | "operation" | "tag" | "pipeline" | "state" | "id", value: string) {
  return `${field}:${value}`;
}

/** What a row is found by through an index. Most calls end settled, so that state is no term of its own. */
export function toTerms(row: CallRow): string[] {
  const { agentId, tag, pipeline, runId, requestIds, jobs, otherIds = [] } = row;
  const ids = [...requestIds, ...jobs.map(({ id }) => id), ...otherIds, runId, tag].filter((id) => id !== null);
  const terms = [
    toTerm("client", row.clientId),
    toTerm("operation", row.operation),
    ...(agentId === null ? [] : [toTerm("agent", agentId)]),
    ...(tag === null ? [] : [toTerm("tag", tag)]),
    ...(pipeline === null ? [] : [toTerm("pipeline", pipeline)]),
    ...(row.group === "free" ? [toTerm("state", "free")] : []),
    ...ids.map((id) => toTerm("id", id)),
  ];
  return [...new Set(terms)];
}

/** Whether all of these terms are true of the row. */
export function fits(row: CallRow, terms: readonly string[]): boolean {
  const known = new Set([...toTerms(row), toTerm("state", row.group)]);
  return terms.every((term) => known.has(term));
}
