import type { MisspeltLine } from "../local/log-feed.ts";

export function describeMisspelt({ variable, nearest }: Pick<MisspeltLine, "variable" | "nearest">): string {
  return `${variable} is set, but nothing reads it. Did you mean ${nearest}?`;
}
