import type { Simulator } from "../../test/simulator/simulator.ts";
import type { LocalStack } from "../local/local-stack.ts";
import type { Page } from "./page.ts";

/** What every step gets. */
export interface Tour extends Pick<LocalStack<Simulator>, "worker" | "gen" | "key"> {
  readonly page: Page;
}

/** One step of the demo. It must leave no faults in the simulator. */
export interface Step {
  readonly title: string;
  readonly run: (tour: Tour) => Promise<void>;
}
