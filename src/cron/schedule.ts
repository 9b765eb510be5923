/**
 * What runs when: for each cron expression in `wrangler.toml` its tasks, by name. Times are UTC. A pipeline with an
 * expression of its own needs a line here and one there; a test fails while either is missing.
 */
export type TaskName = "health-watch" | "pipelines";

export const CRONS = {
  "*/5 * * * *": ["health-watch"],
  "0 * * * *": ["pipelines"],
} as const satisfies Readonly<Record<string, readonly TaskName[]>>;

/** None for an expression that is not in the table. */
export function selectTasks(cron: string): readonly TaskName[] {
  return Object.hasOwn(CRONS, cron) ? CRONS[cron as keyof typeof CRONS] : [];
}
