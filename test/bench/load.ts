/**
 * Load from autocannon in its own process: a fixed number of connections, each of which asks again when it is answered.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** The number of requests over all connections. */
  readonly requests: number;
}

const AUTOCANNON = createRequire(import.meta.url).resolve("autocannon");

/** Resolves when every request was answered. Throws if one answer was not a 2xx. */
export async function applyLoad({ url, headers, connections, requests }: Load): Promise<void> {
  const named = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const options = ["-j", "-c", String(connections), "-a", String(requests), ...named, url];
  const child = spawn(process.execPath, [AUTOCANNON, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  const answered = JSON.parse(output)["2xx"];
  if (answered !== requests) throw new Error(`${answered} of ${requests} requests were answered with a 2xx: ${url}`);
}
