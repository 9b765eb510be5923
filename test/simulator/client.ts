import type { Host } from "./hosts.ts";
import type { Simulator } from "./simulator.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: GEN's answers are whatever the test says they are
  readonly json: any;
}

export interface Send {
  readonly host?: Host;
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Client = (call: string, send?: Send) => Promise<Answer>;

/** Calls the simulator in a short form: `gen("POST /vidsheet?agent_id=42", { body })`. Objects are sent as JSON. */
export function clientOf({ urls, apiKey }: Simulator): Client {
  const bases: Record<Host, string> = {
    api: urls.api,
    agent: urls.agent,
    "agent-core": urls.agentCore,
    python: urls.python,
  };
  return async (call, { host = "api", body, key, headers = {} } = {}) => {
    const [method = "GET", path = ""] = call.split(" ");
    const isRaw = body === undefined || typeof body === "string" || body instanceof FormData;
    const response = await fetch(bases[host] + path, {
      method,
      headers: {
        "x-api-key": apiKey,
        ...(isRaw ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...headers,
      },
      body: body === undefined ? null : isRaw ? body : JSON.stringify(body),
      redirect: "manual",
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
