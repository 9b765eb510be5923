import { useState } from "preact/hooks";
import { go } from "../routes/go.ts";
import { change, type Place } from "../routes/place.ts";
import { html } from "./html.ts";

interface Props {
  readonly place: Place;
  /** The times that have a name, as the address calls them. */
  readonly ranges: Readonly<Record<string, { readonly name: string }>>;
  /** Null: from one time to another. */
  readonly range: string | null;
  readonly type: "datetime-local" | "date";
  /** As the fields of that type take them. `to` is null where every time goes up to now. */
  readonly from: string;
  readonly to: string | null;
  readonly min?: string;
  readonly max?: string;
  /** From what is in a field to what the address says; null for what is no time. */
  readonly toText: (value: string) => string | null;
}

const CUSTOM = "custom";

/** Which time is shown. It goes into the address, so that a link shows the same time. */
export function TimePicker({ place, ranges, range, type, from, to, min, max, toText }: Props) {
  const [isOpen, setOpen] = useState(false);
  const isCustom = isOpen || range === null;
  const onChange = ({ currentTarget: { value } }: { currentTarget: HTMLSelectElement }) => {
    setOpen(value === CUSTOM);
    if (value !== CUSTOM) go(change(place, { range: value, from: null, to: null }));
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = ["from", "to"].map((name) => toText(String(data.get(name))));
    if (from) go(change(place, { range: null, from, to }));
  };
  const bounds = { type, min, max };
  return html`<div class="range">
    <label><span class="unseen">Time</span>
      <select value=${isCustom ? CUSTOM : range} onChange=${onChange}>
        ${Object.entries(ranges).map(([value, { name }]) => html`<option key=${value} value=${value}>${name}</option>`)}
        <option value=${CUSTOM}>${to === null ? "Since …" : "From … to …"}</option>
      </select>
    </label>
    ${
      isCustom &&
      html`<form key=${place.query.toString()} onSubmit=${onSubmit}>
        <label>From <input ...${bounds} name="from" required defaultValue=${from} /></label>
        ${to !== null && html`<label>to <input ...${bounds} name="to" defaultValue=${to} /></label>`}
        <button>Show</button>
      </form>`
    }
  </div>`;
}
