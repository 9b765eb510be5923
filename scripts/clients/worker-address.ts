import { UsageError } from "../terminal/command-line.ts";
import type { Place } from "./store.ts";

const LOCAL_WORKER = "http://localhost:8787";

/** The Worker's origin. The address of a deployed Worker can't be guessed, so `--remote` needs `--worker`. */
export function toWorker(text: string | undefined, { remote }: Place): string {
  if (text === undefined && remote) throw new UsageError("--worker is missing: the deployed Worker's address.");
  const url = URL.parse(text ?? LOCAL_WORKER);
  if (url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new UsageError(`--worker: "${text}" is not a valid address. Allowed: an origin like http://localhost:8787.`);
}
