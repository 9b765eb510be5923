/** `@portkey-ai/gateway` from npm, in a temporary folder: nothing of this project depends on it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "../../support/free-port.ts";

export const PORTKEY_VERSION = "1.15.2";
/**
 * With the newer one that npm would choose, 1.15.2 answers every path that is no model's with 500 (`TypeError: immutable`,
 * its issue 1389).
 */
export const NODE_SERVER_VERSION = "1.13.8";

const FETCHED_WITHIN_MS = 60_000;
const STARTED_WITHIN_MS = 20_000;
const SERVER = "node_modules/@portkey-ai/gateway/build/start-server.js";

export interface Portkey {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** What a request needs to be forwarded to `origin`, and its key with it. */
  headersTo(origin: string): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Says why there is none if it can't be fetched. Throws if it was fetched and does not start. */
export async function startPortkey(): Promise<Portkey | { readonly leftOut: string }> {
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-portkey-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const failure = fetchInto(folder);
  if (failure !== null) {
    remove();
    return { leftOut: `it could not be fetched from npm (${failure})` };
  }
  const port = await findFreePort();
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "production" };
  const options = [join(folder, SERVER), `--port=${port}`, "--headless"];
  const child = spawn(process.execPath, options, { cwd: folder, env, stdio: "ignore" });
  const exited = once(child, "exit");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const portkey: Portkey = {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    headersTo: (origin) => ({
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `${origin}/v1`,
      "x-portkey-forward-headers": "x-api-key",
    }),
    async close() {
      process.off("exit", kill);
      kill();
      await exited;
      remove();
    },
  };
  await untilItAnswers(portkey.url).catch((error) => portkey.close().then(() => Promise.reject(error)));
  return portkey;
}

/** Null, or npm's code for why it failed. */
function fetchInto(folder: string): string | null {
  const manifest = {
    private: true,
    dependencies: { "@portkey-ai/gateway": PORTKEY_VERSION },
    overrides: { "@hono/node-server": NODE_SERVER_VERSION },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const options = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--fetch-retries=0"];
  const { status, stderr, error } = spawnSync("npm", options, {
    cwd: folder,
    encoding: "utf8",
    timeout: FETCHED_WITHIN_MS,
  });
  if (status === 0) return null;
  const [, code] = /npm error code (\w+)/.exec(stderr ?? "") ?? [];
  return code ?? (error as NodeJS.ErrnoException | undefined)?.code ?? `exit code ${status}`;
}

async function untilItAnswers(url: string): Promise<void> {
  const endsAt = Date.now() + STARTED_WITHIN_MS;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (Date.now() > endsAt) throw new Error("@portkey-ai/gateway does not answer.");
    await sleep(100);
  }
}
