import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultScript } from "../faults/fault-book.ts";
import { generationView } from "../gen/job-view.ts";
import { isHost } from "../hosts.ts";
import type { SettingsChange } from "../settings.ts";
import { requestLine } from "../wire/receive.ts";
import type { GenerationChange, OrganizationChange, SimulatorControl } from "./control.ts";

export const CONTROL_PREFIX = "/__simulator";

type Verb = (control: SimulatorControl, body: Record<string, unknown>, id: string) => unknown;

const done = { ok: true };

const VERBS: Readonly<Record<string, Verb>> = {
  "POST faults": (control, body) => {
    control.addFaults(body as FaultScript);
    return control.faults();
  },
  "GET faults": (control) => control.faults(),
  "DELETE faults": (control) => {
    control.clearFaults();
    return done;
  },
  "POST refuse": async (control, { host, ms }) => {
    if (!isHost(host)) throw new TypeError(`No host ${host}`);
    await control.refuse(host, typeof ms === "number" ? ms : undefined);
    return done;
  },
  "DELETE refuse": async (control) => {
    await control.acceptAgain();
    return done;
  },
  "GET ledger": (control) => control.ledger(),
  "DELETE ledger": (control) => {
    control.clearLedger();
    return done;
  },
  "GET settings": (control) => control.settings(),
  "PATCH settings": (control, body) => control.changeSettings(body as SettingsChange),
  "POST reset": async (control) => {
    await control.reset();
    return done;
  },
  "POST time": (control, { advanceMs }) => {
    if (typeof advanceMs !== "number") throw new TypeError("advanceMs must be a number");
    control.advanceTime(advanceMs);
    return done;
  },
  "PATCH organizations": (control, body, id) => {
    control.setOrganization(id, organizationChange(body));
    return done;
  },
  "PATCH generations": (control, body, id) => {
    const job = control.setGeneration(id, body as unknown as GenerationChange);
    if (!job) throw new TypeError(`No generation ${id}`);
    return generationView(job);
  },
};

/** Answers `/__simulator/…`; a verb that can't be carried out is answered with 400 and the reason. */
export async function serveControl(
  control: SimulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, path } = requestLine(request);
  const [name = "", id = ""] = path.slice(CONTROL_PREFIX.length + 1).split("/");
  const verb = VERBS[`${method} ${name}`];
  try {
    const body = await readJson(request);
    if (!verb) return send(response, 404, { error: `The simulator knows no ${method} ${path}` });
    send(response, 200, await verb(control, body, decodeURIComponent(id)));
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Accepts credits also in the form in which GEN shows them. */
function organizationChange(body: Record<string, unknown>): OrganizationChange {
  return { ...body, ...(body.available_credit as OrganizationChange | undefined) };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "x-simulator": "gen-edge" });
  response.end(JSON.stringify(body));
}
