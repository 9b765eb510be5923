/** Each command line of the documents is run in a shell, against the built Worker and the simulator. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findSnippets } from "../support/snippets.ts";
import { type Stack, startStack } from "../support/stack.ts";

const SHELL_COMMANDS = fileURLToPath(new URL("../support/shell-commands.ts", import.meta.url));
const HMAC_SHA256_WEBHOOK_SECRET = "canary of the webhooks 2f81c6d0";
/** What stands where a reader puts in an id: no thing has it. */
const ABSENT_ID = "0".repeat(64);

let stack: Stack;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-snippets-"));
  for (const name of ["curl", "openssl", "npm", "npx", "node"]) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${SHELL_COMMANDS}" ${name} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  stack = await startStack({ HMAC_SHA256_WEBHOOK_SECRET, GEN_WEBHOOK_SECRET: "canary-of-gens-webhooks" });
}, 60_000);
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** What the shell says on standard error, and the exit code. */
async function run(code: string): Promise<string> {
  const { url } = stack.worker;
  const filled = code
    .replaceAll(/https:\/\/(?:gen-edge\.example\.workers\.dev|<worker>)/g, url)
    .replaceAll(/<id>|<pipeline>/g, ABSENT_ID)
    .replaceAll(/ &$/gm, "")
    // The day in the documents will be over one day.
    .replace(/(--expires |"expiresAt": ")\d{4}/, "$12999")
    .replace(/(GEN_EDGE_KEY|KEY)=…/g, `$1=${stack.key}`)
    .replace("GEN_WEBHOOK_SECRET=…", "GEN_WEBHOOK_SECRET=canary-of-gens-webhooks");
  const env = {
    ...{ PATH: `${folder}:/usr/bin:/bin`, HOME: folder, CLIENTS_FOLDER: join(folder, "clients"), ABSENT_ID },
    ...{ GEN_EDGE: url, KEY: stack.key, OPERATOR_KEY: stack.key, HMAC_SHA256_WEBHOOK_SECRET },
  };
  const shell = spawn("sh", ["-euc", filled], { env, stdio: ["ignore", "ignore", "pipe"] });
  const [said, [exitCode]] = await Promise.all([text(shell.stderr), once(shell, "close")]);
  return exitCode === 0 ? "" : `exit code ${exitCode}: ${said}`;
}

it.each(findSnippets("sh"))("the commands at $path:$line do what they say", { timeout: 120_000 }, async ({ code }) => {
  expect(await run(code)).toBe("");
});
