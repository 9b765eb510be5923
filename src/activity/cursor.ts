/** A place in a list, as the opaque text that callers hand back. */
import * as v from "valibot";
import { SHA256_HEX } from "../encoding/hash.ts";

const Time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Id = v.pipe(v.string(), v.regex(SHA256_HEX));

export const RecentPlace = v.tuple([Time, Id]);
export const WaitingPlace = v.tuple([Count, Count, Time, Id]);

export function writeCursor(place: readonly (number | string)[]): string {
  return btoa(JSON.stringify(place)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text of a cursor, read as a place of this list. */
export function cursorOf<Place extends v.GenericSchema>(place: Place) {
  return v.pipe(v.string(), v.transform(decode), place);
}

/** Null when it is none of this list. */
export function readCursor<Place extends v.GenericSchema>(text: string, place: Place): v.InferOutput<Place> | null {
  const parsed = v.safeParse(cursorOf(place), text);
  return parsed.success ? parsed.output : null;
}

function decode(text: string): unknown {
  try {
    return JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return null;
  }
}
