import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ROOT } from "./wrangler.ts";

/** Whether `.dev.vars` holds a key for the real GEN. A key in the shell's environment alone does not count. */
export function hasGenKey(): boolean {
  const path = join(ROOT, ".dev.vars");
  if (!existsSync(path)) return false;
  return (parseEnv(readFileSync(path, "utf8")).GEN_API_KEY ?? "").trim() !== "";
}
