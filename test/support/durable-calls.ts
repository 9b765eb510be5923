/** Makes durable calls as a client does, and shows their results at the Worker and in the simulator's ledger. */
import { randomUUID } from "node:crypto";
import type { MoneyEntry, RequestEntry } from "../simulator/ledger.ts";
import { json, type Stack } from "./stack.ts";

export interface GenerateOptions {
  readonly key?: string;
  readonly prefer?: string;
  readonly body?: unknown;
  /** The key of another client than the stack's own. */
  readonly as?: string;
  readonly signal?: AbortSignal;
}

export interface CallBody {
  readonly id: string;
  readonly state: string;
  readonly charged: string;
  readonly started: readonly { readonly kind: string; readonly id: string }[];
  readonly cancel_wanted?: boolean;
  readonly sends: number;
  readonly story: readonly { readonly what: string }[];
  readonly answer?: { readonly status: number; readonly body: unknown };
}

export const TEXT = { generation_type: "text", data: { prompt: "A line", model: "m" } };
export const VIDEO = { generation_type: "video_from_text", data: { prompt: "A film", model: "m" } };

/** A cell of the simulator's world, with its path at the Worker and at GEN. */
export function cell(id: string | number, agent: string | number = 42): { path: string; url: string } {
  const sheets: Record<string, string> = { 42: "101", 43: "102", 44: "103", agent_456: "sheet_123" };
  const path = `/v1/vidsheet/${sheets[agent]}/cells/${id}/generate`;
  return { path, url: `${path}?agent_id=${agent}` };
}

/** As long as a test may take. */
const DEADLINE_MS = 50_000;

/** Reads until the value fits; an error shows the last value. */
export async function eventually<T>(read: () => T | Promise<T>, fits: (value: T) => boolean): Promise<T> {
  const endsAt = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > endsAt) throw new Error(`It never came to that. Last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function durableCalls(stack: () => Pick<Stack, "call" | "gen">) {
  const generate = (url: string, { key = randomUUID(), prefer, body = TEXT, as, signal }: GenerateOptions = {}) => {
    const headers = { "idempotency-key": key, ...(prefer ? { prefer } : {}), ...(as ? { "x-api-key": as } : {}) };
    return stack().call(url, { ...json("POST", body, headers), ...(signal ? { signal } : {}) });
  };
  const requestsTo = (path: string): RequestEntry[] =>
    stack()
      .gen.control.ledger()
      .requests.filter((request) => request.method === "POST" && request.path === path);
  const read = async (location: string | null, as?: string): Promise<CallBody> => {
    const response = await stack().call(location ?? "/no-location", as ? { headers: { "x-api-key": as } } : {});
    return (await response.json()) as CallBody;
  };
  return {
    generate,
    requestsTo,
    read,
    /** The charges that GEN made for the calls to one path. */
    chargesTo(path: string): MoneyEntry[] {
      const keys = new Set(requestsTo(path).map((request) => request.headers["idempotency-key"]));
      return stack()
        .gen.control.ledger()
        .charges.filter(({ idempotency_key }) => idempotency_key !== null && keys.has(idempotency_key));
    },
    /** Waits until GEN has received a request at that path. */
    received: (path: string, count = 1) =>
      eventually(
        () => requestsTo(path).length,
        (length) => length >= count,
      ),
    /** Waits until the call is in that state. */
    reaches: (location: string | null, state: string) =>
      eventually(
        () => read(location),
        (call) => call.state === state,
      ),
    totals: () => stack().gen.control.ledger().totals,
    /** The status of a generation, asked of GEN directly. */
    async statusAtGen(id: string | number): Promise<string> {
      const { gen } = stack();
      const response = await fetch(`${gen.urls.api}/generations/${id}`, { headers: { "x-api-key": gen.apiKey } });
      return ((await response.json()) as { status: string }).status;
    },
  };
}
