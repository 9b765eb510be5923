import { useState } from "preact/hooks";
import { go } from "../routes/go.ts";
import { change, type Place } from "../routes/place.ts";
import { RANGES, type Span, toIso } from "../routes/span.ts";
import { html } from "./html.ts";
import { toLocal } from "./time.ts";

interface Props {
  readonly place: Place;
  readonly span: Span;
}

const CUSTOM = "custom";

/** Which time is shown. It goes into the address, so that a link shows the same time. */
export function RangePicker({ place, span }: Props) {
  const [isOpen, setOpen] = useState(false);
  const isCustom = isOpen || span.range === null;
  const onChange = ({ currentTarget: { value } }: { currentTarget: HTMLSelectElement }) => {
    setOpen(value === CUSTOM);
    if (value !== CUSTOM) go(change(place, { range: value, from: null, to: null }));
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = ["from", "to"].map((name) => Date.parse(String(data.get(name))));
    if (from === undefined || Number.isNaN(from)) return;
    const until = to === undefined || Number.isNaN(to) ? null : toIso(to);
    go(change(place, { range: null, from: toIso(from), to: until }));
  };
  return html`<div class="range">
    <label><span class="unseen">Time</span>
      <select value=${isCustom ? CUSTOM : span.range} onChange=${onChange}>
        ${Object.entries(RANGES).map(([value, { name }]) => html`<option key=${value} value=${value}>${name}</option>`)}
        <option value=${CUSTOM}>From … to …</option>
      </select>
    </label>
    ${
      isCustom &&
      html`<form key=${place.query.toString()} onSubmit=${onSubmit}>
        <label>From <input type="datetime-local" name="from" required defaultValue=${toLocal(span.from).slice(0, 16)} /></label>
        <label>to <input type="datetime-local" name="to" defaultValue=${span.to === null ? "" : toLocal(span.to).slice(0, 16)} /></label>
        <button>Show</button>
      </form>`
    }
  </div>`;
}
