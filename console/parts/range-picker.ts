import type { Place } from "../routes/place.ts";
import { RANGES, type Span, toIso } from "../routes/span.ts";
import { h } from "./html.ts";
import { toLocal } from "./time.ts";
import { TimePicker } from "./time-picker.ts";

interface Props {
  readonly place: Place;
  readonly span: Span;
  /** Whether the list can end at another time than now. */
  readonly hasEnd?: boolean;
}

/** The last minutes, hours or days, or from one time to another, or to now. */
export function RangePicker({ place, span: { range, from, to }, hasEnd = true }: Props) {
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
    to: hasEnd ? (to === null ? "" : toField(to)) : null,
    toText,
  });
}

function toField(at: number): string {
  return toLocal(at).slice(0, 16);
}
