/** What the Worker says of its calls and runs, read as an operator. Ended ones are read once, and again at the end. */
import { setTimeout as sleep } from "node:timers/promises";
import { deriveGenKey } from "../../src/gen/idempotency.ts";
import { ask, type Place, toJson } from "./ask.ts";
import { isOpen } from "./judge/calls.ts";
import type { Call, Evidence, Run } from "./judge/evidence.ts";

const PIPELINES = ["idea-to-video", "fill-empty-cells"] as const;
const AT_ONCE = 8;
const TRIES = 5;
const AGAIN_MS = 500;
const ACTIVE_RUN = new Set(["queued", "running", "paused", "stopping"]);
const CALL = /\/v1\/calls\/([0-9a-f]{64})/;
/** A call that was refused and never sent is forgotten after ten minutes. */
const KEPT_MS = 9 * 60_000;

export class Survey {
  /** By id. */
  readonly calls = new Map<string, Call>();
  readonly runs = new Map<string, Run>();
  /** Of which a client was told lately, and which are not there. */
  readonly missing = new Set<string>();
  /** When the last look began. Milliseconds since the epoch. */
  readAt = 0;
  readonly #place: Place;
  /** In which group of the operators' list a call is. */
  #groups = new Map<string, NonNullable<Call["listedAs"]>>();
  readonly #named = new Set<string>();
  /** Of keys whose requests never came so far; nobody sends them any more. */
  readonly #absent = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
  }

  get openCalls(): Call[] {
    return [...this.calls.values()].filter(isOpen);
  }

  get activeRuns(): Run[] {
    return [...this.runs.values()].filter(({ state }) => ACTIVE_RUN.has(state));
  }

  /** `again`: also what has ended. */
  async look(again = false): Promise<void> {
    this.readAt = Date.now();
    this.#groups = await this.#listCalls();
    for (const id of await this.#listNamed()) this.#named.add(id);
    const listed = await this.#listRuns();
    const runs = [...listed.keys()].filter((id) => again || ACTIVE_RUN.has(this.runs.get(id)?.state ?? "running"));
    await inParallel(runs, (id) => this.#readRun(id, listed.get(id) ?? ""));
    const all = [...new Set([...this.#groups.keys(), ...this.#named])];
    const calls = all.filter((id) => {
      const known = this.calls.get(id);
      return again || (known === undefined ? !this.#absent.has(id) : isOpen(known));
    });
    await inParallel(calls, (id) => this.#readCall(id));
  }

  /** Null when there is no such thing. Throws when that can't be found out. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as what they should be
  async get(target: string): Promise<any> {
    const { operator } = this.#place.world.clients;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const told = await ask({ kind: "settling", client: operator, method: "GET", target, whole: true }, this.#place);
      if (told.answer?.status === 200) return toJson(told);
      if (told.answer?.status === 404) return null;
      await sleep(AGAIN_MS);
    }
    throw new Error(`The Worker does not answer GET ${target}.`);
  }

  /** The notifications that wait. */
  async listWaiting(): Promise<{ readonly id: string; readonly type: string }[]> {
    return this.#pages("/notifications?state=waiting&limit=100", "notifications");
  }

  /** With the calls and runs that they are about. */
  async readWaiting(): Promise<Evidence["waiting"]> {
    const waiting = await this.listWaiting();
    return Promise.all(
      waiting.map(async ({ id, type }) => {
        const about = (await this.get(`/v1/calls?q=${id}`))?.calls ?? [];
        return { type, calls: about.map((call: { id: string }) => call.id), runs: about.flatMap(toRunId) };
      }),
    );
  }

  async #listCalls() {
    const groups = new Map<string, NonNullable<Call["listedAs"]>>();
    for (const state of ["open", "unknown", "settled", "free"] as const) {
      for (const { id } of await this.#pages(`/v1/calls?state=${state}&limit=100`, "calls")) groups.set(id, state);
    }
    return groups;
  }

  /** Those that a client knows by its key, and those that it was told of. */
  async #listNamed(): Promise<string[]> {
    const { history, world } = this.#place;
    const byKey = history.intents.flatMap(({ client, key }) =>
      key === null ? [] : deriveGenKey(world.clients[client].id, key),
    );
    const told = history.asked.flatMap(({ answer }) => CALL.exec(answer?.headers.get("location") ?? "")?.[1] ?? []);
    return [...(await Promise.all(byKey)), ...told];
  }

  async #listRuns(): Promise<Map<string, string>> {
    const listed = new Map<string, string>();
    for (const pipeline of PIPELINES) {
      const runs = await this.#pages(`/pipelines/${pipeline}/runs?limit=100`, "runs");
      for (const { id } of runs) listed.set(id, pipeline);
    }
    return listed;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are read as what they should be
  async #pages(path: string, member: string): Promise<any[]> {
    const all = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const page = await this.get(next);
      all.push(...(page?.[member] ?? []));
      next = page?.next;
    }
    return all;
  }

  async #readCall(id: string): Promise<void> {
    const call = await this.get(`/v1/calls/${id}`);
    if (call !== null) this.calls.set(id, toCall(call, this.#groups.get(id) ?? null));
    else {
      this.#absent.add(id);
      this.#noteMissing(id);
    }
  }

  #noteMissing(id: string): void {
    const told = this.#place.history.asked.findLast(({ answer }) => answer?.headers.get("location")?.includes(id));
    if (told !== undefined && told.at > Date.now() - KEPT_MS) this.missing.add(id);
    else this.missing.delete(id);
  }

  async #readRun(id: string, pipeline: string): Promise<void> {
    const run = await this.get(`/pipelines/${pipeline}/runs/${id}`);
    if (run === null) return;
    const { steps } = run;
    this.runs.set(id, toRun(run, pipeline));
    for (const { call } of steps) {
      const [, callId] = CALL.exec(call ?? "") ?? [];
      if (callId !== undefined) this.#named.add(callId);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as what they should be
function toCall(call: any, listedAs: Call["listedAs"]): Call {
  return {
    id: call.id,
    clientId: call.client_id,
    operation: call.operation,
    path: { sheet: call.sheet_id, cell: call.cell_id },
    acceptedAt: Date.parse(call.accepted_at),
    requestId: call.request_id,
    runId: call.run_id,
    state: call.state,
    charged: call.charged,
    isUntraced: call.untraced === true,
    jobs: call.started,
    listedAs,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read as what they should be
function toRun({ id, state, error, ended_at: endedAt = null, reruns = 0, trigger }: any, pipeline: string): Run {
  return {
    id,
    pipeline,
    state,
    errorCode: error?.error_code ?? null,
    endedAt,
    reruns,
    delivery: trigger.kind === "webhook" ? { source: trigger.source, id: trigger.delivery_id } : null,
    scheduledAt: trigger.kind === "cron" ? Date.parse(trigger.scheduled_at) : null,
    isListed: true,
  };
}

function toRunId({ run_id }: { readonly run_id: string | null }): string[] {
  return run_id === null ? [] : [run_id];
}

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
