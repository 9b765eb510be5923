/** Delivers other services' webhooks to a running Worker, and shows the runs that they start. */
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { type Mail, type Post, SENDERS, type Sender, type SourceName, write } from "./senders.ts";
import type { Stack } from "./stack.ts";

export const SOURCE_NAMES = Object.keys(SENDERS) as SourceName[];

/** The name of the Worker's variable with a source's secret. */
export function toVariable(source: string): string {
  return `${source.toUpperCase().replaceAll("-", "_")}_WEBHOOK_SECRET`;
}

/** The secrets of all sources, by their variables. */
export function allSecrets(select: (sender: Sender) => string, suffix = ""): Record<string, string> {
  return Object.fromEntries(SOURCE_NAMES.map((name) => [toVariable(name) + suffix, select(SENDERS[name])]));
}

export const SECRETS = allSecrets(({ secret }) => secret);

export interface StartedRun {
  readonly pipeline: string;
  readonly id: string;
  readonly location: string;
}

export interface RunBody {
  readonly id: string;
  readonly state: string;
  readonly trigger: { readonly kind: string; readonly source: string; readonly delivery_id: string };
  readonly input?: unknown;
  readonly steps?: readonly { readonly name: string; readonly attempts: number }[];
}

export function post({ url, headers, body }: Post, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: "POST", headers, body: Buffer.from(body), ...init });
}

/** Sends the path unchanged, which `fetch` would normalise. */
export async function postRaw(origin: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(origin);
  const sent = request({ hostname, port, path, method: "POST" }).end("{}");
  const [answer] = await once(sent, "response");
  return { status: answer.statusCode, body: await text(answer) };
}

export function webhooks(stack: () => Pick<Stack, "call" | "worker">) {
  const toPost = (source: SourceName, changes: Partial<Mail> = {}): Post =>
    write(SENDERS[source], `${stack().worker.url}/webhooks/${source}`, changes);
  const read = async <T>(path: string): Promise<T> => (await (await stack().call(path)).json()) as T;
  /** The runs of a pipeline, the latest first, at most a hundred. */
  const runs = async (pipeline: string, source?: SourceName): Promise<readonly RunBody[]> => {
    const { runs: all } = await read<{ runs: RunBody[] }>(`/pipelines/${pipeline}/runs?limit=100`);
    return all.filter(({ trigger }) => source === undefined || trigger.source === source);
  };
  return {
    toPost,
    deliver: (source: SourceName, changes: Partial<Mail> = {}) => post(toPost(source, changes)),
    /**
     * The runs that a delivery has started; throws when it was not acknowledged in its sender's way. For a sender that
     * gets no list of runs: the latest run.
     */
    async started(response: Response, source: SourceName = "hmac-sha256"): Promise<readonly StartedRun[]> {
      const { status, body, contentType = "application/json" }: Sender["acknowledged"] = SENDERS[source].acknowledged;
      const text = await response.text();
      if (response.status !== status || response.headers.get("content-type") !== contentType)
        throw new Error(`${response.status}: ${text}`);
      if (body === undefined) return (JSON.parse(text) as { runs: StartedRun[] }).runs;
      if (text !== body) throw new Error(`Acknowledged with ${JSON.stringify(text)}`);
      const [latest] = await runs("echo", source);
      return latest ? [{ pipeline: "echo", id: latest.id, location: `/pipelines/echo/runs/${latest.id}` }] : [];
    },
    runs,
    run: (location: string) => read<RunBody>(location),
    rejected: async (pipeline: string) =>
      (await read<{ rejected: readonly Rejected[] }>(`/pipelines/${pipeline}/rejected`)).rejected,
  };
}

export interface Rejected {
  readonly id: string;
  readonly source: string;
  readonly at: string;
  readonly issues: readonly string[];
  readonly payload: string;
}
