/** A caller over persistent connections: sends a request, reads the answer to its end. */
import { Agent, request as send } from "node:http";

export interface Answer {
  /** The status; 0 for no answer, or one that broke off. */
  readonly status: number;
  readonly attempts: number;
  readonly ms: number;
}

export interface Caller {
  get(url: string, headers?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Answer>;
  close(): void;
}

export function createCaller(): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  return {
    get: (url, headers = {}, signal) =>
      new Promise((resolve) => {
        const startedAt = performance.now();
        const end = (status: number, attempts = 0) => resolve({ status, attempts, ms: performance.now() - startedAt });
        const request = send(url, { agent, headers, ...(signal ? { signal } : {}) }, (response) => {
          const attempts = Number(response.headers["x-genedge-attempts"] ?? 0);
          response.on("end", () => end(response.statusCode ?? 0, attempts));
          response.on("error", () => end(0, attempts));
          response.resume();
        });
        request.on("error", () => end(0));
        request.end();
      }),
    close: () => agent.destroy(),
  };
}
