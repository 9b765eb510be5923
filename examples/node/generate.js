// Generates a cell once, and prints what came of it. If it is killed, start it again: it goes on with the same call.
// GEN_EDGE: the Worker's address. KEY: a client key. INTENT: the file that holds the call until its end is known.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { GEN_EDGE = "http://localhost:8787", KEY = "", INTENT = "intent.json" } = process.env;
const PATH = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const BODY = { generation_type: "text", data: { prompt: "A first line for a cooking video" } };
const POLL_MS = 1_000;

for (const id of await order(loadIntent())) console.log(JSON.stringify(await finishGeneration(id)));
rmSync(INTENT);

/** The call that an earlier start began, or a new one. It is stored whole before anything is sent. */
function loadIntent() {
  if (existsSync(INTENT)) return JSON.parse(readFileSync(INTENT, "utf8"));
  const fresh = { key: crypto.randomUUID(), path: PATH, body: JSON.stringify(BODY) };
  writeFileSync(`${INTENT}.new`, JSON.stringify(fresh), { flush: true });
  renameSync(`${INTENT}.new`, INTENT);
  return fresh;
}

/** Sends the call, and waits until it has ended. Returns the ids of the generations that it has started. */
async function order({ key, path, body }) {
  const response = await ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key, Prefer: "respond-async" },
    body,
  });
  // Its answer is known already, from an earlier start. The events' address has the generation's id.
  const [, id] = response.headers.get("link")?.match(/generations\/([^/]+)\/events/) ?? [];
  if (id) return [id];
  // The Worker goes on with it, whatever happens here.
  const call = await finishCall(response.headers.get("location"));
  if (call.state === "settled") return call.started.filter(({ kind }) => kind === "generation").map(({ id }) => id);
  console.error(JSON.stringify(call));
  // Not charged: the next start is a new try. Unknown: the file stays, until an operator of gen-edge has looked it up.
  if (call.state === "not_charged") rmSync(INTENT);
  process.exit(1);
}

async function finishCall(location) {
  for (;;) {
    const call = await (await ask(location)).json();
    if (["settled", "not_charged", "unknown"].includes(call.state)) return call;
    await sleep(POLL_MS);
  }
}

/** Waits until what the call has started has ended. */
async function finishGeneration(id) {
  for (;;) {
    const generation = await (await ask(`/v1/generations/${id}`)).json();
    if (["completed", "failed", "stopped"].includes(generation.status)) return generation;
    await sleep(POLL_MS);
  }
}

/** Asks the Worker; where that helps, again: the same request, so under the same key. Other problems end the script. */
async function ask(path, { headers, ...init } = {}) {
  for (;;) {
    const request = { ...init, headers: { "X-API-Key": KEY, ...headers } };
    const response = await fetch(GEN_EDGE + path, request).catch(() => null);
    if (response?.ok) return response;
    const problem = (await response?.json().catch(() => null)) ?? { title: "No answer", retryable: true };
    console.error([problem.title, problem.detail, problem.action].filter(Boolean).join(" "));
    if (!problem.retryable) process.exit(1);
    await sleep((problem.retry_after ?? 5) * 1_000);
  }
}
