import type { WebhookShape } from "../settings.ts";
import type { Simulation } from "../simulation.ts";
import type { Job } from "../world/job.ts";

const TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS = 1_000;

/** Tells the agent's webhook of a change. GEN does not wait for the receiver: failures only show in the ledger. */
export function sendJobWebhook(sim: Simulation, job: Job): void {
  const url = sim.world.agents.get(String(job.agentId))?.automation.webhook_url;
  if (url) void deliver(sim, url, job, { attempt: 1, status: job.status });
}

interface Attempt {
  readonly attempt: number;
  readonly status: string;
}

async function deliver(sim: Simulation, url: string, job: Job, { attempt, status }: Attempt): Promise<void> {
  const ledger = sim.ledger;
  const answered = await post(url, payload(sim.settings.webhookShape, job.id, status));
  const about = { generation_id: job.id, generation_status: status, attempt };
  ledger.webhooks.push({ at: sim.clock.now(), url, ...about, status: answered.status });
  if (answered.ok || attempt > sim.settings.webhookRetries) return;
  sim.clock.at(sim.clock.now() + RETRY_AFTER_MS, () => void deliver(sim, url, job, { attempt: attempt + 1, status }));
}

/** GEN's `test_webhook` and `test_callback`. */
export async function testDelivery(url: string | null): Promise<{ success: boolean; error?: string }> {
  if (!url) return { success: false, error: "No URL configured" };
  const { ok, status } = await post(url, payload("generation", 9000, "completed"));
  if (ok) return { success: true };
  return { success: false, error: status === null ? "Timeout after 10s" : `HTTP ${status}` };
}

interface Payload {
  readonly type: string;
  readonly body: string;
}

function payload(shape: WebhookShape, id: number, status: string): Payload {
  if (shape === "form") {
    const body = new URLSearchParams({ generation_id: String(id), status }).toString();
    return { type: "application/x-www-form-urlencoded", body };
  }
  const event = "generation.updated";
  const bodies: Record<Exclude<WebhookShape, "form">, unknown> = {
    generation: { event, generation: { id, status } },
    flat: { event, generation_id: id, status },
    data: { event, data: { generation_id: id, status } },
    user_job: { event, user_job: { id, status } },
    unknown: { event, subject: { reference: `generation/${id}` } },
  };
  return { type: "application/json", body: JSON.stringify(bodies[shape]) };
}

async function post(url: string, { type, body }: Payload): Promise<{ ok: boolean; status: number | null }> {
  const headers = { "content-type": type, "user-agent": "gen-simulator" };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return { ok: response.ok, status: response.status };
  } catch {
    return { ok: false, status: null };
  }
}
