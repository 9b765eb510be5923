/**
 * The configuration of a workerd (its `workerd.capnp`) with one Worker and nothing in front of it, on a port that it
 * chooses itself. Of Cloudflare's services it has only KV, which holds the client: no cache, no rate limits, no
 * objects.
 */

export interface WorkerSetup {
  /** The Worker's only module. */
  readonly script: string;
  readonly vars: Readonly<Record<string, string>>;
  /** The content of the KV namespace `CLIENTS`. */
  readonly clients: Readonly<Record<string, string>>;
}

/** The files that the configuration embeds, in the same folder. */
export const WORKER_FILE = "worker.js";
export const KV_FILE = "kv.js";

/** Answers workerd's KV binding for a `get`: the value whose key is the path, or 404. */
export const KV_STAND_IN = `export default {
  fetch(request, env) {
    const value = env.VALUES[decodeURIComponent(new URL(request.url).pathname.slice(1))];
    return value === undefined ? new Response(null, { status: 404 }) : new Response(value);
  },
};
`;

export function toWorkerdConfig({ vars, clients }: Omit<WorkerSetup, "script">): string {
  const texts = Object.entries(vars).map(([name, value]) => `(name = ${quote(name)}, text = ${quote(value)})`);
  const values = `(name = "VALUES", json = ${quote(JSON.stringify(clients))})`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ${toService("worker", WORKER_FILE, [...texts, '(name = "CLIENTS", kvNamespace = "clients")'])},
    ${toService("clients", KV_FILE, [values])},
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}

function toService(name: string, file: string, bindings: readonly string[]): string {
  return `(name = "${name}", worker = (
      modules = [(name = "${file}", esModule = embed "${file}")],
      compatibilityDate = "2026-10-01",
      compatibilityFlags = ["enable_request_signal"],
      bindings = [${bindings.join(", ")}],
    ))`;
}

/** Cap'n Proto writes texts as C does. For a text without control characters JSON has the same form. */
function quote(text: string): string {
  return JSON.stringify(text);
}
