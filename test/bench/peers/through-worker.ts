/** The same calls by a plain `fetch` through the Worker, which tries again by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { BUDGET_MS, type Client, type Target } from "./clients.ts";

const POLL_MS = 250;
const SETTLED_WITHIN_MS = 60_000;

export interface WorkerClient extends Client {
  /** Follows the calls that were told to be pending to their ends. Throws if one does not come to be charged. */
  settlePending(): Promise<void>;
}

export function throughWorker({ base, key }: Target): WorkerClient {
  const pending: string[] = [];
  return {
    async ask({ method, path, headers, body }) {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: { ...headers, "x-api-key": key, prefer: `wait=${BUDGET_MS / 1_000}` },
        ...(body === undefined ? {} : { body }),
      });
      await answer.arrayBuffer();
      const location = answer.headers.get("location");
      if (answer.status === 504 && location !== null) {
        pending.push(new URL(location, base).href);
        return "pending";
      }
      return answer.ok ? "succeeded" : "failed";
    },
    async settlePending() {
      const endsAt = Date.now() + SETTLED_WITHIN_MS;
      await Promise.all(pending.map((url) => settle(url, { key, endsAt })));
    },
  };
}

async function settle(url: string, { key, endsAt }: { key: string; endsAt: number }): Promise<void> {
  for (;;) {
    const answer = await fetch(url, { headers: { "x-api-key": key } });
    const { state } = (await answer.json()) as { state?: string };
    if (state === "settled") return;
    if (Date.now() > endsAt) throw new Error(`${url} is not settled but ${state}.`);
    await sleep(POLL_MS);
  }
}
