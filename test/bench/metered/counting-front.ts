/**
 * A module in front of the bundle that counts what Cloudflare bills for: calls of objects' methods, their alarms, rows
 * read and written, requests to the outside, keys read from KV, log lines. `GET /counts` answers with the counts so far.
 */
import { readFileSync } from "node:fs";

const WRANGLER = new URL("../../../wrangler.toml", import.meta.url);

/** What has been counted of each class of objects. */
export interface ObjectCounts {
  /** Calls of methods from outside of the object. */
  readonly calls: number;
  readonly alarms: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface Counts {
  readonly objects: Readonly<Record<string, ObjectCounts>>;
  readonly subrequests: number;
  readonly kvReads: number;
  readonly logLines: number;
  readonly logBytes: number;
}

export function writeFront(): string {
  const classes = readClasses();
  const names = Object.values(classes);
  return `
import worker, * as shipped from "./bundle.js";

const objects = {};
const counts = { objects, subrequests: 0, kvReads: 0, logLines: 0, logBytes: 0 };
const cursors = [];
const of = (name) => (objects[name] ??= { calls: 0, alarms: 0, rowsRead: 0, rowsWritten: 0 });

const CLASSES = ${JSON.stringify(classes)};

function countCalls(namespace, name) {
  return {
    getByName: (id) => {
      const stub = namespace.getByName(id);
      return new Proxy(stub, {
        get: (_, verb) => (typeof verb === "symbol" || verb === "then" ? undefined : (...given) => {
          of(name).calls += 1;
          return stub[verb](...given);
        }),
      });
    },
  };
}

let counted;
function countEnv(env) {
  if (counted) return counted;
  counted = { ...env };
  for (const [binding, name] of Object.entries(CLASSES)) if (env[binding]) counted[binding] = countCalls(env[binding], name);
  const clients = env.CLIENTS;
  counted.CLIENTS = new Proxy(clients, {
    get: (_, verb) => (...given) => {
      if (verb.startsWith("get")) counts.kvReads += 1;
      return clients[verb](...given);
    },
  });
  return counted;
}

function countRows(storage, name) {
  const { kv, sql } = storage;
  const put = kv.put.bind(kv), get = kv.get.bind(kv), remove = kv.delete.bind(kv), list = kv.list.bind(kv);
  const exec = sql.exec.bind(sql), setAlarm = storage.setAlarm.bind(storage);
  const define = (target, verb, value) => Object.defineProperty(target, verb, { value, configurable: true });
  define(kv, "put", (...given) => { of(name).rowsWritten += 1; return put(...given); });
  define(kv, "get", (...given) => { of(name).rowsRead += 1; return get(...given); });
  define(kv, "delete", (...given) => { const had = remove(...given); if (had) of(name).rowsWritten += 1; return had; });
  define(kv, "list", (...given) => { const rows = [...list(...given)]; of(name).rowsRead += rows.length; return rows; });
  define(sql, "exec", (...given) => { const cursor = exec(...given); cursors.push([name, cursor]); return cursor; });
  define(storage, "setAlarm", (...given) => { of(name).rowsWritten += 1; return setAlarm(...given); });
  define(storage, "kv", kv);
  define(storage, "sql", sql);
}

function counting(Class, name) {
  return class extends Class {
    constructor(ctx, env) {
      countRows(ctx.storage, name);
      super(ctx, countEnv(env));
    }
    alarm() {
      of(name).alarms += 1;
      return super.alarm();
    }
  };
}

const fetchOutside = globalThis.fetch;
globalThis.fetch = (...given) => { counts.subrequests += 1; return fetchOutside(...given); };
for (const level of ["debug", "log", "info", "warn", "error"]) {
  const write = console[level].bind(console);
  console[level] = (line) => { counts.logLines += 1; counts.logBytes += String(line).length; write(line); };
}

${names.map((name) => `export class ${name} extends counting(shipped.${name}, "${name}") {}`).join("\n")}
export class PipelineRun extends shipped.PipelineRun {}

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/counts") return worker.fetch(request, countEnv(env), ctx);
    for (const [name, cursor] of cursors.splice(0)) {
      of(name).rowsRead += cursor.rowsRead;
      of(name).rowsWritten += cursor.rowsWritten;
    }
    return Response.json(counts);
  },
  scheduled: (controller, env, ctx) => worker.scheduled(controller, countEnv(env), ctx),
};
`;
}

/** Names of classes by names of bindings. */
function readClasses(): Readonly<Record<string, string>> {
  const binding = /\[\[durable_objects\.bindings\]\]\nname = "(\w+)"\nclass_name = "(\w+)"/g;
  const found = [...readFileSync(WRANGLER, "utf8").matchAll(binding)];
  return Object.fromEntries(found.map(([, name, className]) => [name, className]));
}
