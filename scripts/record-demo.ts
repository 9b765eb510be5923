/** Writes `docs/demo.svg`: the first parts of `npm run demo` as they ran on this machine, against the simulator. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { runPlainCommand } from "./terminal/command-line.ts";
import { type RecordedLine, renderRecording } from "./terminal/recording.ts";

const ROOT = new URL("../", import.meta.url);
/** The rest is not recorded: a longer one is not watched to its end. */
const ENDS_BEFORE = "5/9";

const USAGE = `Records the first parts of npm run demo, against the simulator, as docs/demo.svg.

  npm run demo:record
`;

process.exitCode = await runPlainCommand("npm run demo:record", USAGE, record);

async function record(): Promise<void> {
  const demo = spawn(process.execPath, ["scripts/demo.ts"], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(demo, "close");
  const lines: RecordedLine[] = [];
  let isOver = false;
  const startedAt = performance.now();
  for await (const text of createInterface(demo.stdout)) {
    isOver ||= text.includes(ENDS_BEFORE);
    if (!isOver) lines.push({ at: performance.now() - startedAt, text });
  }
  const [code] = await closed;
  if (code !== 0) throw new Error("The demo failed: nothing is written.");
  writeFileSync(
    new URL("docs/demo.svg", ROOT),
    renderRecording(lines, "A recording of npm run demo, against the simulator"),
  );
}
