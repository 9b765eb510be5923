/** Runs in a child process: see `crashable-worker.ts`. */
import { appendFileSync, readFileSync } from "node:fs";
import type { Policy } from "../../src/access/policy.ts";
import { type RunningWorker, startWorker } from "./worker.ts";

export type Asked =
  | {
      readonly kind: "start";
      readonly vars: Readonly<Record<string, string>>;
      /** The file with its code. */
      readonly bundle: string;
      readonly persist: string;
      /** The file that its output is added to. */
      readonly log: string;
      readonly port: number;
    }
  | { readonly kind: "add-client"; readonly policy: Partial<Policy> }
  | { readonly kind: "fire"; readonly cron: string; readonly scheduledAt: number };

export type Answered =
  | { readonly kind: "start"; readonly url: string }
  | { readonly kind: "add-client"; readonly key: string }
  | { readonly kind: "fire" };

let worker: RunningWorker;

process.on("message", async (asked: Asked) => process.send?.(await answer(asked)));
process.on("disconnect", () => process.exit());

async function answer(asked: Asked): Promise<Answered> {
  if (asked.kind === "add-client") return { kind: "add-client", key: await worker.addClient(asked.policy) };
  if (asked.kind === "fire") {
    await worker.fire(asked.cron, asked.scheduledAt);
    return { kind: "fire" };
  }
  const { vars, bundle, persist, log, port } = asked;
  const take = (text: string) => write(log, text);
  worker = await startWorker(vars, { bundle: readFileSync(bundle, "utf8"), persist, port, take });
  return { kind: "start", url: worker.url };
}

function write(log: string, text: string): void {
  appendFileSync(log, text.trimEnd().replaceAll(/^/gm, `${Date.now()} `).concat("\n"));
}
