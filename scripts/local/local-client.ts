/**
 * The clients that `npm start` and `npm run demo` create: one that calls GEN, and an operator. Their keys are kept beside
 * the local state, so that they stay the same across starts; they are valid only for the local Worker.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientKey, createClientKey, formatClientKey, parseClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { LOCAL_CLIENT_NAME, LOCAL_OPERATOR_NAME } from "../../src/clients/policy/parse-policy.ts";
import { putClient } from "../clients/store.ts";

/** `port`: the Worker's, whose page at /docs may call it. 0 when that is not known yet. */
export function createLocalClient(port: number): Policy {
  // The Worker's usual port is there, too: another `npm start` may be using it, with the same key.
  const ports = new Set([8787, ...(port === 0 ? [] : [port])]);
  const own = [...ports].flatMap((each) => [`http://localhost:${each}`, `http://127.0.0.1:${each}`]);
  return {
    name: LOCAL_CLIENT_NAME,
    scopes: ["read", "edit", "generate", "publish", "ideas", "pipelines"],
    agents: "*",
    // The first two are development servers.
    origins: ["http://localhost:3000", "http://localhost:5173", ...own],
    expiresAt: null,
  };
}

/** For the console. It calls nothing of GEN's. */
const LOCAL_OPERATOR: Policy = {
  name: LOCAL_OPERATOR_NAME,
  scopes: ["pipelines", "operator"],
  agents: "*",
  origins: [],
  expiresAt: null,
};

/** Stores the client in the local KV and returns its key. */
export function readyLocalClient(client: Policy, persistTo: string): Promise<string> {
  return ready(client, "local-client-key", persistTo);
}

export function readyLocalOperator(persistTo: string): Promise<string> {
  return ready(LOCAL_OPERATOR, `${LOCAL_OPERATOR_NAME}-key`, persistTo);
}

async function ready(policy: Policy, file: string, persistTo: string): Promise<string> {
  const key = loadKey(join(persistTo, file), persistTo);
  await putClient({ remote: false, persistTo }, { key, policy, createdAt: Date.now() });
  return formatClientKey(key);
}

function loadKey(path: string, folder: string): ClientKey {
  const kept = existsSync(path) ? parseClientKey(readFileSync(path, "utf8").trim()) : null;
  if (kept) return kept;
  const key = createClientKey();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${formatClientKey(key)}\n`, { mode: 0o600 });
  return key;
}
