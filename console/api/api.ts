/** The only place that asks the Worker anything. The key goes into a header, never into an address. */
import { readKey } from "../session/session.ts";
import { compareClocks } from "./clock.ts";
import { parseExact } from "./json.ts";
import { type Problem, toNoAnswer, toProblem } from "./problem.ts";

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

interface Asking {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Another key than that of the session. */
  readonly key?: string;
}

const TIMEOUT_MS = 30_000;
const DOWNLOAD_MS = 300_000;

export async function ask<T>(path: string, asking: Asking = {}): Promise<Answer<T>> {
  return send(path, asking, async (response) => parseExact(await response.text()) as T);
}

/** A report as a file: CSV. */
export async function askForFile(path: string): Promise<Answer<{ readonly name: string; readonly content: Blob }>> {
  return send(path, { accept: "text/csv", timeoutMs: DOWNLOAD_MS }, async (response) => {
    const [, name = "report.csv"] = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
    return { name, content: await response.blob() };
  });
}

interface Sending extends Asking {
  readonly accept?: string;
  readonly timeoutMs?: number;
}

async function send<T>(
  path: string,
  { method = "GET", body, signal, key, accept, timeoutMs = TIMEOUT_MS }: Sending,
  read: (response: Response) => Promise<T>,
): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const asked: RequestInit = {
    method,
    headers: {
      authorization: `Bearer ${key ?? readKey() ?? ""}`,
      ...(accept === undefined ? {} : { accept }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  try {
    const response = await fetch(path, asked);
    compareClocks(response.headers.get("date"));
    if (response.ok) return { ok: true, value: await read(response) };
    const told = parse(await response.text());
    return { ok: false, problem: toProblem(response.status, response.headers.get("x-request-id"), told) };
  } catch {
    return { ok: false, problem: toNoAnswer(method === "GET") };
  }
}

function parse(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return null;
  }
}

/** A path with a query. Null and empty values are left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The mark of the next page in an answer's `next`, or null. */
export function readCursor(next: string | undefined): string | null {
  if (next === undefined) return null;
  const { searchParams } = new URL(next, location.origin);
  return searchParams.get("cursor") ?? searchParams.get("before");
}
