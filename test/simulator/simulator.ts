import type { RequestListener } from "node:http";
import { controlOf, type SimulatorControl } from "./control/control.ts";
import { CONTROL_PREFIX, serveControl } from "./control/control-routes.ts";
import type { Host } from "./hosts.ts";
import type { Settings } from "./settings.ts";
import { Simulation } from "./simulation.ts";
import { Listener } from "./wire/listener.ts";
import { serve } from "./wire/serve.ts";
import { FIRST_ID } from "./world/world.ts";

export type { SimulatorControl } from "./control/control.ts";

export interface SimulatorOptions {
  /** The port of the control server; GEN's hosts take the next four. 0 or none: free ports. */
  port?: number;
  /** The API key; default `gen_pat_simulator_key`. */
  apiKey?: string;
  settings?: Partial<Settings>;
  now?: () => number;
  /** The id of the first thing that is made; default 9000. */
  firstId?: number;
}

export interface Simulator {
  readonly apiKey: string;
  /** Base URLs as GEN's clients have them: `api`, `agent`, `agentCore` end with `/v1`. */
  readonly urls: { api: string; agent: string; agentCore: string; python: string; control: string };
  readonly control: SimulatorControl;
  close(): Promise<void>;
}

/** Starts a simulated GEN on 127.0.0.1: a port for each of its hosts, and one for control, to which no faults apply. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, apiKey = "gen_pat_simulator_key", settings = {}, now = Date.now, firstId = FIRST_ID } = options;
  const sim = new Simulation({ apiKey, settings, now, firstId });
  const portAt = (offset: number) => (port === 0 ? 0 : port + offset);
  const host =
    (name: Host): RequestListener =>
    (request, response) =>
      void serve(sim, name, request, response);
  const onControl: RequestListener = (request, response) => void serveControl(control, request, response);
  const onApi = host("api");
  const listeners: Record<Host, Listener> = {
    api: new Listener(portAt(1), (request, response) =>
      request.url?.startsWith(`${CONTROL_PREFIX}/`) ? onControl(request, response) : onApi(request, response),
    ),
    agent: new Listener(portAt(2), host("agent")),
    "agent-core": new Listener(portAt(3), host("agent-core")),
    python: new Listener(portAt(4), host("python")),
  };
  const controlListener = new Listener(portAt(0), onControl);
  const control = controlOf(sim, listeners);
  const all = [controlListener, ...Object.values(listeners)];
  await Promise.all(all.map((listener) => listener.open()));
  return {
    apiKey,
    urls: {
      api: `${listeners.api.origin}/v1`,
      agent: `${listeners.agent.origin}/v1`,
      agentCore: `${listeners["agent-core"].origin}/v1`,
      python: listeners.python.origin,
      control: `${controlListener.origin}${CONTROL_PREFIX}`,
    },
    control,
    close: async () => {
      sim.clock.clear();
      await Promise.all(all.map((listener) => listener.close()));
    },
  };
}
