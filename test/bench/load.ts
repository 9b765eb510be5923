/** Load from autocannon, in a process of its own: a fixed number of connections, each asking again when answered. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

export interface Load {
  readonly url: string;
  readonly clientKey: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly mean: number;
}

const AUTOCANNON = createRequire(import.meta.url).resolve("autocannon");

/** Throws if one answer was not a 2xx. */
export async function applyLoad({ url, clientKey, connections, seconds }: Load): Promise<LoadResult> {
  const options = ["-j", "-c", String(connections), "-d", String(seconds), "-H", `x-api-key=${clientKey}`, url];
  const child = spawn(process.execPath, [AUTOCANNON, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  const result = JSON.parse(output);
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors: ${url}`);
  return {
    requestsPerSecond: result["2xx"] / result.duration,
    p50: result.latency.p50,
    mean: result.latency.mean,
  };
}
