import { useNow } from "../live/now.ts";
import { h } from "../parts/html.ts";
import { formatDay } from "../parts/time.ts";
import { TimePicker } from "../parts/time-picker.ts";
import type { Place } from "../routes/place.ts";
import { type Days, isDay, RANGES, toOldestDay } from "./days.ts";

interface Props {
  readonly place: Place;
  readonly days: Days;
}

export function DayPicker({ place, days }: Props) {
  const now = useNow();
  const bounds = { min: toOldestDay(now), max: formatDay(now) };
  const toText = (value: string) => (isDay(value) ? value : null);
  return h(TimePicker, { place, ranges: RANGES, ...days, type: "date", ...bounds, toText });
}
