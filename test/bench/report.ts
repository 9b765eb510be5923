/** Prints the table on the terminal and writes the page in `docs/`. */
import { formatMarkdown } from "../../scripts/format-docs.ts";
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
  return formatMarkdown(`# Performance

Measured by \`npm run bench\` (${date}) on: ${machine}. This page is written by it; a section alone
(\`npm run bench -- cpu-time\`) prints and does not write.

| what | measured | goal | |
|---|---|---|---|
${rows.join("\n")}

## How

The built bundle and a bare Worker (\`test/bench/bare-worker.ts\`: puts GEN's key in place of the caller's and fetches) run
side by side, each in a workerd of its own, with nothing in front of it. Upstream and workerd, and for CPU time the load, are
processes of their own. The Worker writes its log line for every request, as in production; it goes to a file. The sections
that need Durable Objects or Workflows (durable-…, webhooks, the charged calls of peers) run in Miniflare.

${how.join("\n")}

${NOTES}`);
}

const NOTES = `## To be read with care

- All processes share the cores of one machine, and the machine may be busy with other work: single rounds differ by
  20 % and more. That is why rounds are interleaved and the median of their ratios is given.
- CPU time is that of the whole workerd process: sockets, HTTP and garbage collection along with the Worker's own code. It is
  more than what Cloudflare counts as CPU time, and it grows for all sides when other work shares the cores and their caches.
- GEN answers in tens of milliseconds to seconds: next to that the added time can't be seen.
- workerd by itself has no rate limits. Without their binding the Worker has none, so that its call, one for each request, is
  not in these numbers.
- Every request of the cpu-time and latency sections comes from one client, whose record the isolate has in memory;
  the first request of a client also waits for KV.
- While GEN is down the circuit refuses nearly all requests at once: that is what keeps what GEN receives so low.
- The retry throttle is one per isolate, and one per client in it. A crowd that arrives while it is new, and whose failures come back before its
  successes, empties it, and some requests are then not tried again: the row with 400 in flight.
- The share of successes depends on the random sequence: at 99.9 % of 20,000 a handful more or less is chance.
`;

function toCells({ what, measured, goal, met }: Row): string[] {
  return [what, measured, goal, met === null ? "" : met ? "met" : "NOT MET"];
}
