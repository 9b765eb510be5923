/** The whole of it: the simulated GEN, the built Worker in front of it, and a client that may do everything. */
import type { Outcome } from "../simulator/faults/outcome.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type RateLimits, type RunningWorker, startWorker } from "./worker.ts";

/** GEN's key in every test: it must turn up nowhere but in what GEN receives. */
export const CANARY_KEY = "gen_pat_canary_2f81c6d0a94b";

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly error: string;
  readonly error_code: string;
  readonly action: string;
  readonly retryable: boolean;
  readonly retry_after?: number;
  readonly charged: string;
  readonly attempts: number;
  readonly veto?: string;
  readonly upstream?: { readonly status: number; readonly error_code: string | null };
  readonly [member: string]: unknown;
}

export interface Stack {
  readonly gen: Simulator;
  readonly worker: RunningWorker;
  /** A client key with every scope and agent. */
  readonly key: string;
  /** Calls the Worker as that client. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Scripts what becomes of the next requests that GEN receives. */
  script(...outcomes: Outcome[]): void;
  close(): Promise<void>;
}

export async function startStack(
  vars: Readonly<Record<string, string>> = {},
  rateLimits: RateLimits = {},
): Promise<Stack> {
  const gen = await startSimulator({ apiKey: CANARY_KEY });
  const ours = {
    GEN_API_KEY: CANARY_KEY,
    GEN_BASE_URL: gen.urls.api,
    GEN_AGENT_BASE_URL: gen.urls.agent,
    GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
  };
  const worker = await startWorker({ ...ours, ...vars }, rateLimits);
  const key = await worker.addClient();
  return {
    gen,
    worker,
    key,
    call: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("x-api-key")) headers.set("x-api-key", key);
      return fetch(`${worker.url}${path}`, { ...init, headers });
    },
    script: (...outcomes) => gen.control.addFaults({ rules: [{ outcomes }] }),
    async close() {
      await worker.close();
      await gen.close();
    },
  };
}

/** A JSON request. */
export function json(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export async function readProblem(response: Response): Promise<ProblemBody> {
  return (await response.json()) as ProblemBody;
}
