import type { Call } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { JsonBlock } from "../parts/json-block.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { CallFacts } from "./call-facts.ts";
import { CancelCall } from "./cancel-call.ts";
import { ResolveCall } from "./resolve-call.ts";
import { Story } from "./story.ts";
import { explainState, isLive, toState } from "./words.ts";

/** One call: how it stands, what happens next, what has happened, and what an operator can do. */
export function CallPage({ id }: { readonly id: string }) {
  const live = useLive<Call>(id, () => `/v1/calls/${encodeURIComponent(id)}`);
  const { value: call, problem, reload } = live;
  const note = problem && h(ProblemNote, { problem, onRetry: reload });
  if (call === null) return html`${h(PageTitle, { title: "Call" })}${note ?? h(Loading, {})}`;
  const state = toState(call);
  const actions = html`${isLive(call.state) && !call.cancel_wanted && h(CancelCall, { id, onDone: reload })}
    ${(call.state === "unknown" || call.untraced) && h(ResolveCall, { id, onDone: reload })}`;
  return html`${h(PageTitle, { title: call.operation }, actions)}
    <p class="lead">${h(Badge, { state })} ${explainState(state)} ${call.cancel_wanted && "It is being cancelled."}</p>
    <p>${h(Id, { id, what: "call id" })}</p>
    ${note}
    ${h(CallFacts, { call })}
    <section aria-labelledby="story"><h2 id="story">What has happened</h2>${h(Story, { call })}</section>
    ${call.answer && html`<section aria-labelledby="answer"><h2 id="answer">GEN’s answer: ${call.answer.status}</h2>${h(JsonBlock, { name: "Body", value: call.answer.body })}</section>`}`;
}
