/** Requests as a client sends them, over persistent connections, read to the end. */
import { Agent, request as send } from "node:http";

/** A text, which is the cheapest charged call. */
export const TEXT = { generation_type: "text", data: { prompt: "A line", model: "m" } };
export const VIDEO = { generation_type: "video_from_text", data: { prompt: "A film", model: "m" } };

export interface Question {
  readonly method: string;
  readonly url: string;
  readonly key: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  /** The status; 0 for no answer, or one that broke off. */
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

export interface DurableCaller {
  ask(question: Question): Promise<Answered>;
  close(): void;
}

export function createDurableCaller(connections: number): DurableCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    ask: ({ method, url, key, body, headers = {} }) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        const end = (status: number, text: string) => resolve({ status, text, ms: performance.now() - startedAt });
        const content = body === undefined ? "" : JSON.stringify(body);
        const own = body === undefined ? {} : { "content-type": "application/json", "content-length": content.length };
        const request = send(url, { agent, method, headers: { "x-api-key": key, ...own, ...headers } }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("end", () => end(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
          response.on("error", () => end(0, ""));
        });
        request.on("error", () => end(0, ""));
        request.end(content);
      }),
    close: () => agent.destroy(),
  };
}
