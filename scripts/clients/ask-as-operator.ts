/**
 * Asks the running Worker as an operator: with the given key, else with one that is created for this request, expires
 * after a minute, and is deleted afterwards. Whoever may manage clients may do so.
 */
import * as v from "valibot";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { CommandError } from "./command-error.ts";
import { deleteEntry, type Place, putClient } from "./store.ts";

const LASTS_MS = 60_000;
const TIMEOUT_MS = 30_000;

const Problem = v.object({ error_code: v.string(), detail: v.string(), developer_detail: v.optional(v.string()) });

interface Question<Schema extends v.GenericSchema> {
  readonly place: Place;
  readonly url: string;
  readonly method?: "GET" | "POST";
  /** Begins the name of the key that is created: `usage`. */
  readonly name: string;
  /** An operator's key to use instead. */
  readonly key?: string | undefined;
  /** Default: JSON. */
  readonly accept?: "application/json" | "text/csv";
  /** The form of the answer: of its JSON, or of its text. */
  readonly answer: Schema;
}

/** Throws `CommandError` when there is no such answer. */
export async function askAsOperator<Schema extends v.GenericSchema>(
  question: Question<Schema>,
): Promise<v.InferOutput<Schema>> {
  const { place, name, key: given = "" } = question;
  if (given !== "") return ask(question, given);
  const key = createClientKey();
  const now = Date.now();
  const policy: Policy = {
    name: `${name}-${key.id.toLowerCase()}`,
    scopes: ["operator"],
    agents: [],
    origins: [],
    expiresAt: now + LASTS_MS,
  };
  try {
    await putClient(place, { key, policy, createdAt: now });
    return await ask(question, formatClientKey(key));
  } finally {
    await deleteEntry(place, key.id);
  }
}

async function ask<Schema extends v.GenericSchema>(
  { url, method = "GET", accept = "application/json", key: given = "", answer }: Question<Schema>,
  key: string,
): Promise<v.InferOutput<Schema>> {
  const { origin } = new URL(url);
  let response: Response;
  try {
    const headers = { "x-api-key": key, accept };
    response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new CommandError(
      `The Worker at ${origin} can't be reached. Start it with npm start, or name it with --worker.`,
    );
  }
  const body: unknown = await readBody(response).catch(() => null);
  const read = v.safeParse(answer, body);
  if (read.success) return read.output;
  const problem = v.safeParse(Problem, body);
  const said = `${origin} answered with ${response.status}`;
  if (!problem.success) throw new CommandError(`${said}. ${toHint(given)}`);
  const { error_code, detail, developer_detail = detail } = problem.output;
  const hint = response.status === 400 ? "" : ` ${toHint(given)}`;
  throw new CommandError(`${said} ${error_code}: ${developer_detail}${hint}`);
}

function toHint(given: string): string {
  return given === ""
    ? "Is it this Worker, and does it use these clients (--remote, --persist-to)?"
    : "Is it this Worker, and is GEN_EDGE_KEY the key of one of its operators?";
}

function readBody(response: Response): Promise<unknown> {
  return response.headers.get("content-type")?.startsWith("text/csv") ? response.text() : response.json();
}
