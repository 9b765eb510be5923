import type { Call, StoryEntry } from "../api/answers.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { formatDuration, formatExact } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { describeEntry } from "./words.ts";

/** Oldest first, with the time since the call was accepted. What is due next stands at the end. */
export function Story({ call }: { readonly call: Call }) {
  const { story, next_at } = call;
  const [first] = story;
  if (first === undefined) return html`<p class="dim">Nothing was written down for this call.</p>`;
  return html`<ol class="story">
    ${story.map((entry, index) => showEntry(entry, index, Date.parse(first.at)))}
    ${next_at && html`<li class="next"><span class="offset">next</span><span>Due ${h(TimeAgo, { at: next_at })}</span></li>`}
  </ol>`;
}

function showEntry(entry: StoryEntry, index: number, start: number) {
  const sinceMs = Date.parse(entry.at) - start;
  return html`<li key=${index}>
    <span class="offset">${index === 0 ? h(TimeAgo, { at: entry.at }) : html`<time datetime=${entry.at} data-exact=${formatExact(Date.parse(entry.at))} tabindex="0">+ ${formatDuration(sinceMs)}</time>`}</span>
    <span>${describeEntry(entry)}
      ${entry.next_at && html` <span class="dim">next try ${h(TimeAgo, { at: entry.next_at })}</span>`}
      ${entry.request_id && h(Id, { id: entry.request_id, what: "request id" })}
    </span>
  </li>`;
}
