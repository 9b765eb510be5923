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

export const LOCAL_CLIENT: Policy = {
  name: LOCAL_CLIENT_NAME,
  scopes: ["read", "edit", "generate", "publish", "ideas", "pipelines"],
  agents: "*",
  // Two development servers, and the Worker's own page at /docs.
  origins: ["http://localhost:3000", "http://localhost:5173", "http://localhost:8787", "http://127.0.0.1:8787"],
  expiresAt: null,
};

/** For the console. It calls nothing of GEN's. */
const LOCAL_OPERATOR: Policy = {
  name: LOCAL_OPERATOR_NAME,
  scopes: ["pipelines", "operator"],
  agents: "*",
  origins: [],
  expiresAt: null,
};

/** Stores the client in the local KV and returns its key. */
export function readyLocalClient(persistTo: string): Promise<string> {
  return ready(LOCAL_CLIENT, persistTo);
}

export function readyLocalOperator(persistTo: string): Promise<string> {
  return ready(LOCAL_OPERATOR, persistTo);
}

async function ready(policy: Policy, persistTo: string): Promise<string> {
  const key = loadKey(join(persistTo, `${policy === LOCAL_CLIENT ? "local-client" : policy.name}-key`), persistTo);
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
