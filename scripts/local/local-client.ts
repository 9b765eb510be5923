/**
 * The client that `npm start` and `npm run demo` create. Its key is kept beside the local state, so that it stays the
 * same across starts; it is valid only for the local Worker.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientKey, createClientKey, formatClientKey, parseClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { LOCAL_CLIENT_NAME } from "../../src/clients/policy/parse-policy.ts";
import { putClient } from "../clients/store.ts";

export const LOCAL_CLIENT: Policy = {
  name: LOCAL_CLIENT_NAME,
  scopes: ["read", "edit", "generate", "publish", "ideas", "pipelines"],
  agents: "*",
  // Two development servers, and the Worker's own page at /docs.
  origins: ["http://localhost:3000", "http://localhost:5173", "http://localhost:8787", "http://127.0.0.1:8787"],
  expiresAt: null,
};

/** Stores the client in the local KV and returns its key. */
export async function readyLocalClient(persistTo: string): Promise<string> {
  const key = loadKey(join(persistTo, "local-client-key"), persistTo);
  await putClient({ remote: false, persistTo }, { key, policy: LOCAL_CLIENT, createdAt: Date.now() });
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
