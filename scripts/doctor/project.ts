/** What wrangler.toml must hold, seen from the code. Pure. */
import type { Pipeline } from "../../src/pipelines/define.ts";
import { type Finding, right, wrong } from "./finding.ts";

interface WranglerConfig {
  readonly kv_namespaces: readonly { readonly binding: string }[];
  readonly triggers: { readonly crons?: readonly string[] | undefined };
}

/** The cron triggers that an account on the free plan may have. */
const FREE_TRIGGERS = 5;
/** The watch over GEN's health. */
const WATCH = "*/5 * * * *";

export function checkStore({ kv_namespaces }: WranglerConfig): Finding {
  const name = "KV namespace";
  if (kv_namespaces.some(({ binding }) => binding === "CLIENTS")) return right(name, "CLIENTS is bound.");
  return wrong(name, "CLIENTS is not bound.", 'In wrangler.toml: [[kv_namespaces]] with binding = "CLIENTS".');
}

export function checkCrons({ triggers: { crons = [] } }: WranglerConfig, pipelines: readonly Pipeline[]): Finding {
  const name = "Cron triggers";
  const wanted = pipelines.flatMap(({ name: pipeline, triggers }) =>
    triggers.flatMap((each) => (each.kind === "cron" ? [{ pipeline, cron: each.cron }] : [])),
  );
  const missing = [{ pipeline: "the watch over GEN", cron: WATCH }, ...wanted].filter(
    ({ cron }) => !crons.includes(cron),
  );
  if (missing.length > 0) {
    const named = missing.map(({ pipeline, cron }) => `"${cron}" (${pipeline})`).join(", ");
    return wrong(name, `wrangler.toml lacks ${named}.`, "Add them to crons under [triggers] in wrangler.toml.");
  }
  const unused = crons.filter((cron) => cron !== WATCH && !wanted.some((each) => each.cron === cron));
  if (unused.length > 0) {
    return wrong(name, `No pipeline uses ${unused.join(", ")}.`, "Remove them from crons in wrangler.toml.");
  }
  if (crons.length <= FREE_TRIGGERS) return right(name, `${crons.length}, as the pipelines need them.`);
  return { name, ok: null, what: `${crons.length}. An account on the free plan may have ${FREE_TRIGGERS}.` };
}
