/** The built bundle, the bare Worker and the minimal Worker side by side, each in its own workerd. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import { BARE_WORKER, FLOOR_WORKER } from "./bare-worker.ts";
import { toRecord } from "./workerd.ts";
import { startWorkerd, type WorkerdProcess } from "./workerd-process.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const API_KEY = "gen_pat_bench_0123456789";

export type Side = "edge" | "floor" | "bare";

export interface Workers extends Readonly<Record<Side, WorkerdProcess>> {
  readonly clientKey: string;
  close(): Promise<void>;
}

/** `origin` is GEN's origin, without `/v1`. */
export async function startWorkers(origin: string, { apiKey = API_KEY } = {}): Promise<Workers> {
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-bench-"));
  const key = createClientKey();
  const clients = { [key.id]: JSON.stringify(await toRecord(key.secret)) };
  const base = `${origin}/v1`;
  const vars = {
    GEN_API_KEY: apiKey,
    ORIGIN: origin,
    GEN_BASE_URL: base,
    GEN_AGENT_BASE_URL: base,
    GEN_AGENT_CORE_BASE_URL: base,
  };
  const start = (side: Side, script: string) => startWorkerd({ script, vars, clients }, join(folder, side));
  const sides = {
    edge: await start("edge", readFileSync(BUNDLE, "utf8")),
    floor: await start("floor", FLOOR_WORKER),
    bare: await start("bare", BARE_WORKER),
  };
  return {
    ...sides,
    clientKey: formatClientKey(key),
    async close() {
      await Promise.all(Object.values(sides).map((side) => side.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
