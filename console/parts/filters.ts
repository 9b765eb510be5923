import { go } from "../routes/go.ts";
import { change, type Place } from "../routes/place.ts";
import { html } from "./html.ts";

interface Props {
  readonly place: Place;
  readonly names: readonly string[];
}

/** Exact values, one field each. They go into the address. */
export function Filters({ place, names }: Props) {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    go(change(place, Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? "").trim()]))));
  };
  const isSet = names.some((name) => place.query.has(name));
  const cleared = Object.fromEntries(names.map((name) => [name, null]));
  return html`<form class="filters" key=${place.query.toString()} onSubmit=${onSubmit}>
    ${names.map((name) => html`<label key=${name}>${name}<input name=${name} defaultValue=${place.query.get(name) ?? ""} maxlength="256" spellcheck=${false} autocomplete="off" /></label>`)}
    <button>Filter</button>
    ${isSet && html`<a class="button" href=${change(place, cleared)}>Clear</a>`}
  </form>`;
}
