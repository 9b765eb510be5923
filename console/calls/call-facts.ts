import type { Call } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { Facts } from "../parts/facts.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCalls, toRun } from "../routes/links.ts";
import { findPipeline, Owner } from "./owner.ts";
import { describeFailure, toCharged } from "./words.ts";

export function CallFacts({ call }: { readonly call: Call }) {
  const { client_id, request_id, agent_id, sheet_id, cell_id, tag, run_id, next_at, failure } = call;
  const facts = [
    {
      name: "Charged",
      value: html`<span class=${call.charged === "unknown" ? "bad-text" : ""}>${toCharged(call.charged)}</span>`,
    },
    ...describeCredits(call),
    { name: "Accepted", value: h(TimeAgo, { at: call.accepted_at }) },
    next_at ? { name: "Next", value: h(TimeAgo, { at: next_at }) } : null,
    { name: "Sends", value: String(call.sends) },
    failure ? { name: "Latest failure", value: html`<code>${describeFailure(failure)}</code>` } : null,
    call.stopped === undefined ? null : { name: "Stopped", value: call.stopped ? "yes" : "no" },
    client_id ? { name: "Client", value: h(Owner, { id: client_id }) } : null,
    request_id ? { name: "Request", value: h(Id, { id: request_id, what: "request id" }) } : null,
    agent_id ? { name: "Agent", value: html`<a href=${toCalls({ agent: agent_id })}>${agent_id}</a>` } : null,
    sheet_id ? { name: "Sheet", value: h(Id, { id: sheet_id, what: "sheet id" }) } : null,
    cell_id ? { name: "Cell", value: h(Id, { id: cell_id, what: "cell id" }) } : null,
    tag ? { name: "Tag", value: html`<a href=${toCalls({ tag })}>${tag}</a>` } : null,
    run_id ? { name: "Run", value: h(Id, { id: run_id, what: "run id", href: toRunLink(client_id, run_id) }) } : null,
    call.started.length > 0
      ? {
          name: "Started",
          value: call.started.map(
            ({ kind, id }) =>
              html`<span key=${id}>${kind.replaceAll("_", " ")} ${h(Id, { id, what: `${kind} id` })}</span>`,
          ),
        }
      : null,
  ];
  return h(Facts, { facts });
}

/** The three numbers of its charge, as far as they are known. */
function describeCredits({ credits }: Call) {
  if (!credits) return [];
  const { estimate, cost, given_back, ended } = credits;
  const amounts = [
    { name: "Estimated credits", amount: estimate },
    { name: "Cost in credits", amount: cost },
    { name: "Credits given back", amount: given_back },
  ];
  const known = amounts.map(({ name, amount }) => (amount === null ? null : { name, value: formatNumber(amount) }));
  return [...known, ended === null ? null : { name: "Ended at GEN", value: h(Badge, { state: ended }) }];
}

function toRunLink(clientId: string, run: string): string {
  const pipeline = findPipeline(clientId);
  return pipeline !== null ? toRun(pipeline, run) : toCalls({ q: run });
}
