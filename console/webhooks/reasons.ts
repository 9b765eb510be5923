import type { Delivery } from "../api/answers.ts";

/** Why it was not taken: codes of ours are written as words, other texts as they are. */
export function toReasons({ reason }: Pick<Delivery, "reason">): string[] {
  const all = reason === null ? [] : typeof reason === "string" ? [reason] : reason;
  return all.map((each) => (/^[a-z_]+$/.test(each) ? each.replaceAll("_", " ") : each));
}
