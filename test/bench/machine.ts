import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";

/** The machine of the measurement, in one line. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const gib = (totalmem() / 1_024 ** 3).toFixed(0);
  return `${cpus().length} cores (${model}), ${gib} GiB, Node ${process.versions.node}, ${describeWorkerd()}`;
}

function describeWorkerd(): string {
  const { default: path } = createRequire(import.meta.url)("workerd") as { default: string };
  return execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
}
