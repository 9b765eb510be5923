import type { Place } from "../routes/place.ts";
import { RANGES, type Span, toIso } from "../routes/span.ts";
import { h } from "./html.ts";
import { toLocal } from "./time.ts";
import { TimePicker } from "./time-picker.ts";

interface Props {
  readonly place: Place;
  readonly span: Span;
}

/** The last minutes, hours or days, or from one time to another. */
export function RangePicker({ place, span: { range, from, to } }: Props) {
  const toText = (value: string) => {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : toIso(at);
  };
  const type = "datetime-local";
  return h(TimePicker, {
    place,
    ranges: RANGES,
    range,
    type,
    from: toField(from),
    to: to === null ? "" : toField(to),
    toText,
  });
}

function toField(at: number): string {
  return toLocal(at).slice(0, 16);
}
