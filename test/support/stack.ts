/** The complete stack: the simulated GEN, the built Worker in front of it, and a client with every scope. */
import type { Outcome } from "../simulator/faults/outcome.ts";
import { type Simulator, type SimulatorControl, startSimulator } from "../simulator/simulator.ts";
import { hold } from "./conformance.ts";
import { expectBalanced, type Taken } from "./ledger-balance.ts";
import { type RunningWorker, startWorker, type WorkerOptions } from "./worker.ts";

/** GEN's key in every test: it must appear nowhere but in what GEN receives. */
export const CANARY_KEY = "gen_pat_canary_2f81c6d0a94b";

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly developer_detail?: string;
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
  /** Calls the Worker as that client. The answer must be as `/openapi.json` describes it. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Resets the simulator without holding the ledger against it. `why`: why that can't be, or need not be. */
  resetUnheld(why: string): Promise<void>;
  /** This job was made at GEN, not through the Worker: its ledger can't know of it. */
  madeElsewhere(id: string | number): void;
  /** Scripts the outcomes of the next requests that GEN receives. */
  script(...outcomes: Outcome[]): void;
  close(): Promise<void>;
}

export async function startStack(
  vars: Readonly<Record<string, string>> = {},
  options: WorkerOptions = {},
): Promise<Stack> {
  const gen = await startSimulator({ apiKey: CANARY_KEY });
  const urls = {
    GEN_BASE_URL: gen.urls.api,
    GEN_AGENT_BASE_URL: gen.urls.agent,
    GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
  };
  const worker = await startWorker({ GEN_API_KEY: CANARY_KEY, ...urls, ...vars }, options);
  const key = await worker.addClient();
  let since = 0;
  const elsewhere = new Set<string>();
  const balance = async (taken: () => Taken) => {
    const { url, lines } = worker;
    await expectBalanced({ taken, url, lines, elsewhere, key: await worker.addClient() }, { since });
    since = Date.now();
  };
  const { control, taken, forget } = holdBalance(gen.control, balance);
  const resetUnheld = async () => {
    await forget();
    since = Date.now();
  };
  return {
    gen: { ...gen, control },
    worker,
    key,
    async call(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("x-api-key")) headers.set("x-api-key", key);
      const { requests } = gen.control.ledger();
      const before = requests.length;
      const response = await fetch(`${worker.url}${path}`, { ...init, headers });
      const isScripted = gen.control
        .ledger()
        .requests.slice(before)
        .some(({ outcome }) => isInvented(outcome));
      return hold(response, { method: init.method ?? "GET", path, isScripted });
    },
    resetUnheld: (_why) => resetUnheld(),
    madeElsewhere: (id) => void elsewhere.add(String(id)),
    script: (...outcomes) => gen.control.addFaults({ rules: [{ outcomes }] }),
    async close() {
      try {
        await balance(taken);
      } finally {
        await worker.close();
        await gen.close();
      }
    },
  };
}

/** Before the simulator forgets what it has taken, the Worker's ledger is held against it. */
function holdBalance(control: SimulatorControl, hold: (taken: () => Taken) => Promise<void>) {
  let cleared: Taken = { charges: [], refunds: [] };
  const takenSoFar = (): Taken => {
    const { charges, refunds } = control.ledger();
    return { charges: [...cleared.charges, ...charges], refunds: [...cleared.refunds, ...refunds] };
  };
  const forget = async () => {
    cleared = { charges: [], refunds: [] };
    await control.reset();
  };
  const held: SimulatorControl = {
    ...control,
    clearLedger() {
      cleared = takenSoFar();
      control.clearLedger();
    },
    async reset() {
      try {
        await hold(takenSoFar);
      } finally {
        await forget();
      }
    },
  };
  return { control: held, taken: takenSoFar, forget };
}

/** Whether a test has scripted what GEN says. */
function isInvented(outcome: Outcome): boolean {
  if (typeof outcome !== "object") return false;
  const { status = 500, doneThen = "pass" } = outcome;
  return (status < 500 && status !== 429) || isInvented(doneThen);
}

/** A JSON request. */
export function json(method: string, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

export async function readProblem(response: Response): Promise<ProblemBody> {
  return (await response.json()) as ProblemBody;
}
