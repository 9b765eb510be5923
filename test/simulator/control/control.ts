import type { FaultScript } from "../faults/fault-book.ts";
import { endJob } from "../gen/job-life.ts";
import type { Host } from "../hosts.ts";
import type { MoneyEntry, RequestEntry, Totals, WebhookEntry } from "../ledger.ts";
import { changeSettings, type Settings, type SettingsChange } from "../settings.ts";
import type { Simulation } from "../simulation.ts";
import type { Listener } from "../wire/listener.ts";
import type { Id } from "../world/id.ts";
import { isRunning, type Job, type JobStatus } from "../world/job.ts";
import type { Organization } from "../world/world.ts";

export interface LedgerView {
  readonly requests: readonly RequestEntry[];
  readonly charges: readonly MoneyEntry[];
  readonly refunds: readonly MoneyEntry[];
  readonly webhooks: readonly WebhookEntry[];
  readonly totals: Totals;
}

export type OrganizationChange = Partial<Pick<Organization, "name" | "generic" | "aura">>;
export interface GenerationChange {
  readonly status: JobStatus;
  readonly reason?: string;
}

/** All that a test may do to the simulated GEN; the same verbs are available over HTTP. */
export interface SimulatorControl {
  addFaults(script: FaultScript): void;
  clearFaults(): void;
  faults(): ReturnType<Simulation["faults"]["left"]>;
  /** Really refuses connections to a host, for `ms` of real time or until `acceptAgain`. */
  refuse(host: Host, ms?: number): Promise<void>;
  acceptAgain(): Promise<void>;
  ledger(): LedgerView;
  clearLedger(): void;
  settings(): Settings;
  changeSettings(change: SettingsChange): Settings;
  reset(): Promise<void>;
  advanceTime(ms: number): void;
  setOrganization(id: Id, change: OrganizationChange): void;
  /** Undefined if there is no such generation. */
  setGeneration(id: Id, change: GenerationChange): Job | undefined;
}

export function controlOf(sim: Simulation, listeners: Readonly<Record<Host, Listener>>): SimulatorControl {
  const acceptAgain = async () => void (await Promise.all(Object.values(listeners).map((listener) => listener.open())));
  return {
    addFaults: (script) => sim.faults.add(script),
    clearFaults: () => sim.faults.clear(),
    faults: () => sim.faults.left(),
    refuse: (host, ms) => listeners[host].refuse(ms),
    acceptAgain,
    ledger: () => {
      sim.clock.runDue();
      const { requests, charges, refunds, webhooks, totals } = sim.ledger;
      return { requests, charges, refunds, webhooks, totals };
    },
    clearLedger: () => sim.ledger.clear(),
    settings: () => sim.settings,
    changeSettings: (change) => {
      changeSettings(sim.settings, change);
      return sim.settings;
    },
    reset: async () => {
      await acceptAgain();
      sim.reset();
    },
    advanceTime: (ms) => sim.clock.advance(ms),
    setOrganization: (id, change) => setOrganization(sim, id, change),
    setGeneration: (id, change) => setGeneration(sim, id, change),
  };
}

function setOrganization(sim: Simulation, id: Id, { name, generic, aura }: OrganizationChange): void {
  const organization = sim.world.organizations.get(String(id));
  if (!organization) throw new TypeError(`No organization ${id}`);
  if (name !== undefined) organization.name = name;
  if (generic !== undefined) organization.generic = generic;
  if (aura !== undefined) organization.aura = aura;
}

/** Ends a running generation at once; a settled one only changes its status. */
function setGeneration(sim: Simulation, id: Id, { status, reason }: GenerationChange): Job | undefined {
  sim.clock.runDue();
  const job = sim.world.jobs.get(String(id));
  if (!job || job.status === status) return job;
  if (isRunning(job)) endJob(sim, job, status, reason ?? null);
  else Object.assign(job, { status, failedReason: reason ?? null, revision: job.revision + 1 });
  return job;
}
