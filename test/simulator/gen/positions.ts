import { isFields } from "./fields.ts";
import { type Fields, invalid } from "./gen-error.ts";

/** New positions: `{"id_to_position": {id: n}}`, or May's list of `{id, position}` under any name. */
export function positionsOf(fields: Fields): [string, number][] {
  if (isFields(fields.id_to_position)) {
    return Object.entries(fields.id_to_position).map(([id, position]) => [id, Number(position)]);
  }
  const list = Object.values(fields).find(Array.isArray);
  if (!list?.every((entry) => isFields(entry) && entry.id !== undefined)) throw invalid("id_to_position is required");
  return list.map(({ id, position }) => [String(id), Number(position)]);
}
