/** The table on the terminal and the page in `docs/`. */
import type { Row, Section } from "./section.ts";

export interface Result {
  readonly section: Section;
  readonly rows: readonly Row[];
}

export function toTerminal(results: readonly Result[]): string {
  const rows = results.flatMap(({ rows }) => rows).map(toCells);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function toPage(results: readonly Result[], { date, machine }: { date: string; machine: string }): string {
  const rows = results.flatMap(({ rows }) => rows).map((row) => `| ${toCells(row).join(" | ")} |`);
  const how = results.map(({ section }) => `- **${section.name}**: ${section.how}`);
  return `# Performance

Measured by \`npm run bench\` (${date}) on: ${machine}. This page is written by it; a section alone
(\`npm run bench -- throughput\`) prints and does not write.

| what | measured | goal | |
|---|---|---|---|
${rows.join("\n")}

## How

The built bundle and a bare Worker (\`test/bench/bare-worker.ts\`: puts GEN's key in place of the caller's and fetches) run
side by side in one workerd, each on a socket of its own, without a development proxy. Upstream and workerd, and for throughput the
load, are processes of their own. The Worker writes its log line for every request, as in production; it goes to a file.

${how.join("\n")}

${NOTES}`;
}

const NOTES = `## To be read with care

- All processes share the cores of one machine, and the machine may be busy with other work: single rounds differ by
  20 % and more. That is why rounds are interleaved and the median of their ratios is given.
- Throughput here is the cost of processor time: the upstream answers at once. GEN answers in tens of milliseconds to seconds,
  and next to that the added time can't be seen.
- Miniflare puts a small Worker of its own between a Worker and the network. Both sides pass through it.
- Every request of the throughput and latency sections comes from one client, whose record the isolate has in memory;
  the first request of a client also waits for KV.
- The Worker's log goes to a file. With Miniflare's usual pipe to a process that parses each line, this Worker is slower
  and the bare one, which logs nothing, is not: the ratio is then about 0.08 lower.
- While GEN is down the circuit refuses nearly all requests at once: that is what keeps what GEN receives so low.
- The retry throttle is one per isolate. A crowd that arrives while it is new, and whose failures come back before its
  successes, empties it, and some requests are then not tried again: the row with 400 in flight.
- The share of successes depends on the random sequence: at 99.9 % of 20,000 a handful more or less is chance.
`;

function toCells({ what, measured, goal, met }: Row): string[] {
  return [what, measured, goal, met === null ? "" : met ? "met" : "NOT MET"];
}
