/** Load from autocannon, in a process of its own: a fixed number of connections, each asking again when answered. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

export interface Load {
  readonly url: string;
  readonly clientKey: string;
  readonly connections: number;
  /** Over all connections. */
  readonly requests: number;
}

const AUTOCANNON = createRequire(import.meta.url).resolve("autocannon");

/** Resolves when every request has been answered. Throws if one answer was not a 2xx. */
export async function applyLoad({ url, clientKey, connections, requests }: Load): Promise<void> {
  const options = ["-j", "-c", String(connections), "-a", String(requests), "-H", `x-api-key=${clientKey}`, url];
  const child = spawn(process.execPath, [AUTOCANNON, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  const answered = JSON.parse(output)["2xx"];
  if (answered !== requests) throw new Error(`${answered} of ${requests} requests were answered with a 2xx: ${url}`);
}
