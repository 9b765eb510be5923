import type { IncomingMessage, ServerResponse } from "node:http";
import { planOutcome, type ShapedOutcome } from "../faults/outcome.ts";
import { handle } from "../gen/handle.ts";
import { html, type Reply } from "../gen/reply.ts";
import type { Host } from "../hosts.ts";
import type { Simulation } from "../simulation.ts";
import { sendAnswer } from "./answer.ts";
import { receive, requestLine } from "./receive.ts";
import { recordRequest } from "./record.ts";

/** Serves one request to one of GEN's hosts: its fault, the work, the answer, the ledger. */
export async function serve(
  sim: Simulation,
  host: Host,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  sim.clock.runDue();
  response.setHeader("date", new Date(sim.clock.now()).toUTCString());
  const line = requestLine(request);
  const outcome = sim.faults.next({ host, ...line });
  const record = recordRequest(sim, { host, ...line, request, outcome });
  try {
    const received = await receive(host, line, request);
    record.body(received.body);
    const { work, ending, instead, shape } = planOutcome(outcome);
    const scripted = instead && scriptedReply(instead);
    const own = instead?.own && scripted ? { reply: scripted, afterWork: work } : undefined;
    const worked = work || own ? await handle(sim, received, own) : undefined;
    const reply = own ? worked : (scripted ?? worked);
    if (ending === "hang") return record.status(null);
    if (ending !== "answer" || !reply) {
      record.status(null);
      if (ending === "reset") request.socket.resetAndDestroy();
      else request.socket.destroy();
      return;
    }
    record.status(reply.status);
    await sendAnswer(response, reply, shape);
  } catch (error) {
    if (request.destroyed && !request.complete) return record.status(null);
    process.stderr.write(`gen-simulator: ${error instanceof Error ? error.stack : error}\n`);
    record.status(500);
    if (!response.headersSent) await sendAnswer(response, html(500, "We're sorry, but something went wrong (500)"), {});
    else request.socket.destroy();
  }
}

function scriptedReply({ status = 200, headers, body, bodyBytes }: ShapedOutcome): Reply {
  const named = headers ? { headers: lowerCased(headers) } : {};
  if (bodyBytes !== undefined) return { status, ...named, fillerBytes: bodyBytes };
  if (typeof body !== "string") return { status, ...named, json: body };
  const type = body.startsWith("<") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
  return { status, headers: { "content-type": type, ...named.headers }, text: body };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
