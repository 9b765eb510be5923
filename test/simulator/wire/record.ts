import type { IncomingMessage } from "node:http";
import type { Outcome } from "../faults/outcome.ts";
import type { Host } from "../hosts.ts";
import type { RequestEntry } from "../ledger.ts";
import type { Simulation } from "../simulation.ts";
import type { Line, ReceivedBody } from "./receive.ts";

/** A request's entry in the ledger, written while the request is served. */
export interface Recording {
  body(body: ReceivedBody): void;
  status(status: number | null): void;
}

export interface Arrival extends Line {
  readonly host: Host;
  readonly request: IncomingMessage;
  readonly outcome: Outcome;
}

export function recordRequest(sim: Simulation, { host, method, path, search, request, outcome }: Arrival): Recording {
  const { ledger } = sim;
  ledger.totals.requests++;
  if (!sim.settings.ledgerRequests) return { body: () => {}, status: (status) => ledger.countAnswer(status) };
  const headers = headersOf(request.rawHeaders);
  const entry: RequestEntry = {
    at: sim.clock.now(),
    host,
    method,
    path,
    query: search.slice(1),
    headers,
    body: "",
    bodyBytes: 0,
    sha256: "",
    status: null,
    outcome,
  };
  ledger.recordRequest(entry);
  return {
    body: ({ head, bytes, sha256 }) => Object.assign(entry, { body: head, bodyBytes: bytes, sha256 }),
    status: (status) => {
      entry.status = status;
      ledger.countAnswer(status);
    },
  };
}

/** All headers as received; a repeated one is joined. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
