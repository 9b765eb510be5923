/** Amounts of credits: how GEN writes them, and how exact they are. Pure. */

/** Sums of fractions are exact to a millionth of a credit. */
const PARTS = 1e6;
/** Two amounts that differ by less are the same. */
export const EXACT = 1 / PARTS;

/** An amount without what adding up fractions leaves. */
export function toExact(credits: number): number {
  // Without the zero a sum that is nothing again may be -0.
  return Math.round(credits * PARTS) / PARTS + 0;
}

/** No price has as many: sums of what is larger would not be exact. */
const MAX_CREDITS = 1e9;

/** GEN writes credits as numbers or as numeric strings. Null for anything else. */
export function parseCredits(credits: unknown): number | null {
  const isWritten = typeof credits === "string" && /^\d{1,12}(?:\.\d{1,20})?$/.test(credits);
  const price = isWritten ? Number(credits) : credits;
  return typeof price === "number" && price >= 0 && price <= MAX_CREDITS ? toExact(price) : null;
}
