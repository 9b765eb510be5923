import { Clock } from "./clock.ts";
import { FaultBook } from "./faults/fault-book.ts";
import { Confirmations } from "./gen/confirmations.ts";
import { KeyMemory } from "./gen/key-memory.ts";
import { Ledger } from "./ledger.ts";
import { changeSettings, defaultSettings, type Settings } from "./settings.ts";
import { startingWorld, type World } from "./world/world.ts";

export interface SimulationOptions {
  readonly apiKey: string;
  readonly settings: Partial<Settings>;
  readonly now: () => number;
  readonly firstId: number;
}

/** The state of the simulated GEN, without its sockets. */
export class Simulation {
  readonly apiKey: string;
  readonly clock: Clock;
  readonly ledger = new Ledger();
  readonly faults = new FaultBook();
  readonly keys = new KeyMemory();
  readonly confirmations = new Confirmations();
  settings: Settings = defaultSettings();
  world: World;
  readonly #firstId: number;
  readonly #startSettings: Partial<Settings>;

  constructor({ apiKey, settings, now, firstId }: SimulationOptions) {
    this.apiKey = apiKey;
    this.#firstId = firstId;
    this.world = startingWorld(firstId);
    this.clock = new Clock(now);
    this.#startSettings = settings;
    changeSettings(this.settings, settings);
  }

  reset(): void {
    this.clock.clear();
    this.ledger.clear();
    this.faults.clear();
    this.keys.clear();
    this.confirmations.clear();
    this.world = startingWorld(this.#firstId);
    this.settings = defaultSettings();
    changeSettings(this.settings, this.#startSettings);
  }
}
