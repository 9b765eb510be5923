import { bold, cyan, dim } from "../terminal/style.ts";

interface Deployed {
  /** The Worker's address; null when Wrangler did not tell it. */
  readonly url: string | null;
  /** A random secret, to be used or not; null where what is printed is kept in a log. */
  readonly secret: string | null;
}

/** What to do after a deployment, each as it must be typed. */
export function renderNextSteps({ url, secret }: Deployed): string {
  const address = url ?? "https://<worker>";
  const value = secret ?? "the output of: openssl rand -base64 32";
  return [
    "",
    bold("If this Worker has no clients yet:"),
    "",
    `  1. ${cyan("npx wrangler secret put SETUP_TOKEN")}`,
    "     It asks for a value. Give it a secret of your own, at least 16 characters without spaces, or",
    `     ${secret === null ? value : `this one, made just now: ${bold(value)}`}`,
    dim("     Not needed if the secret was part of the deployment (--secrets-file, or the button)."),
    `  2. Open ${cyan(`${address}/`)} and enter the same secret.`,
    "     The page checks what is there and makes the first two keys, once.",
    "",
    `To see whether all is in order: ${cyan(`npm run doctor -- --remote --url ${address}`)}`,
  ].join("\n");
}

/** The Worker's address in what Wrangler has written of a deployment: a JSON object a line. Null when there is none. */
export function readAddress(output: string): string | null {
  const targets = output.split("\n").flatMap((line) => {
    const entry = parse(line) as { type?: unknown; targets?: unknown } | null;
    return entry?.type === "deploy" && Array.isArray(entry.targets) ? entry.targets : [];
  });
  return targets.find((target) => typeof target === "string" && /^https:\/\/[^/\s*]+$/.test(target)) ?? null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
