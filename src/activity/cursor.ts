/** A place in a list, as the opaque text that callers hand back. */
import * as v from "valibot";

const Time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Id = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const RecentPlace = v.tuple([Time, Id]);
export const WaitingPlace = v.tuple([Count, Count, Time, Id]);

export function writeCursor(place: readonly (number | string)[]): string {
  return btoa(JSON.stringify(place)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Null when it is none of this list. */
export function readCursor<Place extends v.GenericSchema>(text: string, schema: Place): v.InferOutput<Place> | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/"))));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
