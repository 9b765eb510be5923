/** What the address of a page of money asks for, as the API takes it. Pure. */
import { findClientId } from "../clients/find-client-id.ts";
import type { Place } from "../routes/place.ts";
import { readDays } from "./days.ts";
import { DIMENSIONS } from "./groups.ts";

/** The days and filters. A client may be named in the address. */
export function readFilter(place: Place, names: ReadonlyMap<string, string>, now: number) {
  const { from, to } = readDays(place, now);
  const filters = Object.fromEntries(DIMENSIONS.map((name) => [name, place.query.get(name)]));
  const { client = null } = filters;
  return { from, to, ...filters, client: client === null ? null : findClientId(names, client) };
}
