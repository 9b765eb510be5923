/** Of a bound that is used up, from 0 to 1; null without a bound. */
export function toShare(used: number, limit: number | null | undefined): number | null {
  if (limit === null || limit === undefined) return null;
  return limit === 0 ? 1 : Math.min(1, used / limit);
}
