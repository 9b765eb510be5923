const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const MAX_MS = 30 * UNIT_MS.d;

export const DEFAULT_KEEP = "24h";
export const KEEP_ALLOWED = "Allowed: a time like 24h, 30m or 7d, at most 30d, or 0.";

/**
 * How long the previous key stays valid after a rotation, in milliseconds: `24h`, `30m`, `7d`, `0`. Null for other
 * text.
 */
export function parseKeep(text: string): number | null {
  if (text === "0") return 0;
  const [, digits, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const ms = Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms > 0 && ms <= MAX_MS ? ms : null;
}
