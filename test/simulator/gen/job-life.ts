import type { Kind } from "../settings.ts";
import type { Simulation } from "../simulation.ts";
import { type Container, isRunning, type Job, type JobStatus } from "../world/job.ts";
import type { Agent } from "../world/world.ts";
import { giveBackCredits, type Purchase, settleCredits, takeCredits } from "./credits.ts";
import { sendJobWebhook } from "./webhooks.ts";

export interface NewJob {
  readonly agent: Agent;
  readonly type: string;
  readonly kind: Kind;
  readonly data: Record<string, unknown>;
  readonly amount: number;
  readonly operation: string;
  readonly key: string | null;
  readonly container?: Container | undefined;
}

/** Takes the credits, then starts a generation or user job. Throws when there are too few credits. */
export function startJob(sim: Simulation, { agent, type, kind, data, amount, operation, key, container }: NewJob): Job {
  const id = sim.world.nextId();
  takeCredits(sim, { agent, amount, operation, purpose: type, key, subject: { generation_id: id } });
  const job: Job = {
    id,
    agentId: agent.id,
    type,
    kind,
    data,
    container,
    createdAt: sim.clock.iso(),
    status: "pending",
    result: null,
    failedReason: null,
    cost: amount,
    creditOutcome: amount > 0 ? "charged" : "not_charged",
    idempotencyKey: key,
    revision: 0,
  };
  sim.world.jobs.set(String(id), job);
  live(sim, job, sim.clock.now());
  return job;
}

/** `stopped → pending`: the same id, charged again. */
export function continueJob(sim: Simulation, job: Job, amount: number, key: string | null): void {
  takeCredits(sim, { ...purchaseOf(sim, job), amount, operation: "generations.continue", key });
  Object.assign(job, { cost: amount, creditOutcome: "charged", idempotencyKey: key, failedReason: null, result: null });
  enter(sim, job, "pending");
  live(sim, job, sim.clock.now());
}

/** Changes the price from now on: the difference is taken, or given back. */
export function repriceJob(sim: Simulation, job: Job, cost: number): void {
  settleCredits(sim, purchaseOf(sim, job), cost - job.cost);
  job.cost = cost;
}

/** Ends a job early or sets the status that a test asks for. Failed and stopped jobs get their credits back in full. */
export function endJob(sim: Simulation, job: Job, status: JobStatus, reason: string | null = null): void {
  if (status === "completed") {
    complete(sim, job);
    return;
  }
  job.failedReason = status === "failed" ? (reason ?? "The model refused the input") : null;
  if (status === "failed" || status === "stopped") {
    giveBackCredits(sim, { ...purchaseOf(sim, job), purpose: `refund: ${status}` });
    if (job.cost > 0) job.creditOutcome = "refunded";
    job.cost = 0;
  }
  enter(sim, job, status);
}

function live(sim: Simulation, job: Job, from: number): void {
  const { pendingMs, processingMs } = sim.settings.generationMs[job.kind];
  const revision = job.revision;
  sim.clock.at(from + pendingMs, (at) => {
    if (job.revision !== revision || !isRunning(job)) return;
    enter(sim, job, "processing");
    const second = job.revision;
    sim.clock.at(at + processingMs, () => {
      if (job.revision === second) complete(sim, job);
    });
  });
}

function complete(sim: Simulation, job: Job): void {
  job.result = job.kind === "text" ? `Simulated text for: ${String(job.data.prompt ?? "").slice(0, 80)}` : null;
  if (job.kind !== "text") job.result = { url: outputUrl(job) };
  const actual = Math.round((job.cost * sim.settings.settlementPercent) / 100);
  settleCredits(sim, purchaseOf(sim, job), actual - job.cost);
  job.cost = actual;
  job.container?.deliver(job.kind === "text" ? job.result : outputUrl(job));
  enter(sim, job, "completed");
}

function enter(sim: Simulation, job: Job, status: JobStatus): void {
  job.status = status;
  job.revision++;
  sendJobWebhook(sim, job);
}

export function outputUrl(job: Job): string {
  return `https://cdn.gen-simulator.invalid/${job.id}.${job.kind === "audio" ? "mp3" : job.kind === "image" ? "png" : "mp4"}`;
}

function purchaseOf(sim: Simulation, job: Job): Purchase {
  const agent = sim.world.agents.get(String(job.agentId));
  if (!agent) throw new Error(`Job ${job.id} has no agent`);
  const { cost: amount, type: purpose, idempotencyKey: key } = job;
  return { agent, amount, operation: "generations", purpose, key, subject: { generation_id: job.id } };
}
