import type { Random } from "../../fuzz/random.ts";
import type { Wanted } from "../ask.ts";
import type { Asked, History } from "../history.ts";
import type { Client, World } from "../world.ts";

/** What somebody who acts once in the walk has. Their choices depend on the seed and their number alone. */
export interface Actor {
  /** Also the number of their intent. */
  readonly number: number;
  readonly random: Random;
  readonly world: World;
  readonly history: History;
  ask(wanted: Wanted): Promise<Asked>;
  /** Resolves while the Worker is not being killed. */
  whenUp(): Promise<void>;
  pause(fromMs: number, toMs: number): Promise<void>;
  /** Goes on beside, until all has settled. */
  watch(path: string, client: Client | null): void;
}

export type Act = (actor: Actor) => Promise<unknown>;

export const AGENT = "agent_id=42";
export const SHEET = "/v1/vidsheet/101";
export const CELLS = ["10111", "10112", "10113", "10121", "10122", "10123", "10131", "10132", "10133"];
