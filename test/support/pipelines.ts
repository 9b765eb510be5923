/** Starts and follows runs of pipelines as a client does, and sends the webhooks that start them. */
import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { clientOf } from "../simulator/client.ts";
import type { MoneyEntry } from "../simulator/ledger.ts";
import { eventually } from "./durable-calls.ts";
import { json, type Stack, startStack } from "./stack.ts";
import type { WorkerOptions } from "./worker.ts";

/** Of the source `standard-webhooks`. */
export const SOURCE_SECRET = `whsec_${Buffer.from("a sender's thirty-two byte secret").toString("base64")}`;

const GEN_SECRET = "a-secret-of-some-length";

/** A stack whose GEN ends every job within milliseconds, and sends the Worker its webhooks. */
export async function startQuickStack(
  vars: Readonly<Record<string, string>> = {},
  options: WorkerOptions = {},
): Promise<Stack> {
  const secrets = { STANDARD_WEBHOOKS_WEBHOOK_SECRET: SOURCE_SECRET, GEN_WEBHOOK_SECRET: GEN_SECRET };
  const stack = await startStack({ ...secrets, ...vars }, options);
  const { gen, worker } = stack;
  gen.control.changeSettings({ generationMs: { text: QUICK, video: QUICK, render: QUICK, job: QUICK } });
  for (const agent of ["42", "agent_456"]) {
    const webhook_url = `${worker.url}/webhooks/gen/${agent}/${await createGenToken(GEN_SECRET, agent, 1)}`;
    await clientOf(gen)(`PATCH /agents/${agent}/automation_config`, { body: { automation_config: { webhook_url } } });
  }
  gen.control.clearLedger();
  return stack;
}

const QUICK = { pendingMs: 1, processingMs: 1 };
/** Settings with which videos and renders run until a test ends them. */
export const ENDLESS = { generationMs: { video: { pendingMs: 300_000 }, render: { pendingMs: 300_000 } } };

export interface StepBody {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly waits_for?: string;
  readonly attempts: number;
  readonly generation?: string;
  readonly charged: string;
  readonly hint?: string;
  readonly error?: { readonly error_code: string };
}

export interface RunBody {
  readonly id: string;
  readonly state: string;
  readonly trigger: Readonly<Record<string, unknown>>;
  readonly error?: { readonly error_code: string; readonly detail: string; readonly step?: string };
  readonly input: unknown;
  readonly output?: unknown;
  readonly reruns?: number;
  readonly steps: readonly StepBody[];
}

/** An input for sheet 101 of agent 42: a script, a video made from it, and its render. */
export const IDEA = {
  agent_id: 42,
  sheet: 101,
  cells: { Script: "Three mistakes" },
  generate: { Video: { generation_type: "video_from_text", data: { prompt: "A film of: {{Script}}" } } },
};

/** An input that fills the videos of agent 42's sheet. Two of its three rows have a script. */
export const FILL = {
  agent_id: 42,
  sheet: 101,
  column: "Video",
  generation: { generation_type: "video_from_text", data: { prompt: "A film of: {{Script}}" } },
};

export interface StartOptions {
  readonly key?: string;
  /** The key of another client than the stack's own. */
  readonly as?: string;
}

const ENDED = ["finished", "failed", "stopped"];

export function pipelineRuns(stack: () => Pick<Stack, "call" | "gen">) {
  const as = (key?: string) => (key === undefined ? {} : { "x-api-key": key });
  const start = (name: string, input: unknown, { key, as: client }: StartOptions = {}) => {
    const headers = { ...(key === undefined ? {} : { "idempotency-key": key }), ...as(client) };
    return stack().call(`/pipelines/${name}/runs`, json("POST", input, headers));
  };
  const read = async (location: string, client?: string): Promise<RunBody> => {
    return (await (await stack().call(location, { headers: as(client) })).json()) as RunBody;
  };
  /** Waits until the run fits. */
  const reaches = (location: string, fits: (run: RunBody) => boolean) => eventually(() => read(location), fits);
  return {
    start,
    read,
    reaches,
    /** Starts a run and returns its address. */
    async begin(name: string, input: unknown, options: StartOptions = {}): Promise<string> {
      const response = await start(name, input, options);
      const location = response.headers.get("location");
      if (location === null) throw new Error(`Not started: ${response.status} ${await response.text()}`);
      return location;
    },
    ends: (location: string) => reaches(location, ({ state }) => ENDED.includes(state)),
    stop: (location: string, client?: string) => {
      return stack().call(`${location}/stop`, { method: "POST", headers: as(client) });
    },
    /** GEN's charges without those that it gave back, one for each generation. */
    charges: (): readonly MoneyEntry[] => stack().gen.control.ledger().charges,
    /** Sends a signed webhook; the same id makes it the same delivery. */
    async deliver(payload: unknown, id = `msg_${randomUUID()}`, secret = SOURCE_SECRET): Promise<Response> {
      const body = JSON.stringify(payload);
      const at = new Date();
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(secret).sign(id, at, body),
      };
      return stack().call("/webhooks/standard-webhooks", { method: "POST", headers, body });
    },
    /** More text columns for agent 42's sheet; their titles. */
    async addColumns(count: number): Promise<string[]> {
      const titles = Array.from({ length: count }, (_, index) => `Text ${index + 1}`);
      for (const title of titles) {
        await clientOf(stack().gen)("POST /vidsheet/101/columns?agent_id=42", { body: { title } });
      }
      return titles;
    },
    /** More rows for a sheet, each with a script. */
    async addRows(
      count: number,
      { agent = 42, sheet = 101 }: { agent?: number | string; sheet?: number | string } = {},
    ): Promise<void> {
      const gen = clientOf(stack().gen);
      for (let n = 1; n <= count; n += 1) {
        const { json: row } = await gen(`POST /vidsheet/${sheet}/rows?agent_id=${agent}`);
        const [script] = row.spreadsheet_cells;
        const body = { spreadsheet_cell: { value: `Another script, number ${n}` } };
        await gen(`PATCH /vidsheet/${sheet}/cells/${script.id}?agent_id=${agent}`, { body });
      }
    },
    /** The empty cells of a column of agent 42's sheet, row by row. */
    async emptyCells(title: string): Promise<string[]> {
      const { json: sheet } = await clientOf(stack().gen)("GET /vidsheet/101?agent_id=42");
      const { id } = sheet.spreadsheet_columns.find((column: { title: string }) => column.title === title);
      const cells = sheet.spreadsheet_rows.flatMap((row: { spreadsheet_cells: CellBody[] }) => row.spreadsheet_cells);
      return cells
        .filter((cell: CellBody) => cell.column_id === id && cell.value === null)
        .map((cell: CellBody) => String(cell.id));
    },
    async setCell(cell: string, value: string): Promise<void> {
      const body = { spreadsheet_cell: { value } };
      await clientOf(stack().gen)(`PATCH /vidsheet/101/cells/${cell}?agent_id=42`, { body });
    },
  };
}

interface CellBody {
  readonly id: number;
  readonly column_id: number;
  readonly value: unknown;
}
