/**
 * `npm run demo`: starts the Worker and a simulated GEN on free ports with temporary state, shows what the Worker does,
 * and checks it. Exit codes: 0 all checks passed, 1 one failed. Never uses the key in `.dev.vars`.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Page } from "./demo/page.ts";
import { BrokenPromise } from "./demo/promise.ts";
import { STEPS } from "./demo/tour.ts";
import { startWithSimulator } from "./local/local-stack.ts";
import { createStopSignal, whenStopped } from "./local/stop-signal.ts";
import { readArguments, runCommand } from "./terminal/command-line.ts";
import { bold, green, red } from "./terminal/style.ts";
import { selectWidth } from "./terminal/width.ts";

const page = new Page(selectWidth(process.stdout), (text) => process.stdout.write(text));
const signal = createStopSignal();
const startedAt = Date.now();
process.exitCode = await runCommand(main).catch(report);

async function main(): Promise<number> {
  const { values } = readArguments(process.argv.slice(2), {
    command: "npm run demo",
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(
      "Shows what the Worker does, with a simulated GEN, and checks it.\n\n  npm run demo\n\n  --help   prints this\n",
    );
    return 0;
  }
  page.line(bold("gen-edge: a guided tour"));
  page.line(green(bold("SIMULATOR: no real GEN, no real money.")));
  page.text(
    "A simulated GEN runs on this machine. Every number below is read from an answer, a log line or its ledger.",
  );
  page.line();
  page.line("Starting the Worker (wrangler dev) and the simulator …");
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-demo-"));
  const [persistTo, tempFolder] = [join(folder, "state"), join(folder, "tmp")];
  mkdirSync(tempFolder);
  try {
    const stack = await startWithSimulator({ port: 0, persistTo, tempFolder, signal });
    try {
      page.fact("Worker", stack.worker.url);
      page.fact("simulated GEN", stack.gen.urls.api);
      const stopped = whenStopped(signal).then(() => Promise.reject(new Error("Stopped.")));
      const ended = stack.worker.ended.then((output) => Promise.reject(new Error(`wrangler dev ended.\n${output}`)));
      await Promise.race([tour({ ...stack, page }), stopped, ended]);
    } finally {
      await stack.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  page.line();
  page.line(green(bold(`All ${page.promises} promises kept, in ${Math.round((Date.now() - startedAt) / 1_000)} s.`)));
  page.text(
    "Next: `npm start`, then paste one of its lines. It prints the address of the console and an operator's key: calls, runs and webhooks like these are seen there, and acted on.",
  );
  return 0;
}

async function tour(facts: Parameters<(typeof STEPS)[number]["run"]>[0]): Promise<void> {
  for (const [index, step] of STEPS.entries()) {
    page.heading(`${index + 1}/${STEPS.length}  ${step.title}`);
    await step.run(facts);
  }
}

function report(error: unknown): number {
  if (signal.aborted) return 130;
  page.line();
  if (error instanceof BrokenPromise) console.error(red(`✗ Not as promised: ${error.message}`));
  else console.error(red(`✗ ${error instanceof Error ? (error.stack ?? error.message) : error}`));
  return 1;
}
