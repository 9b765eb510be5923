/** For signed timestamps: a delivery may be at most five minutes old, or five minutes ahead of our clock. */
const TOLERANCE_SECONDS = 300;

export function judgeAge(sentAtMs: number, nowMs: number): "fresh" | "stale" | "future" {
  const ageMs = nowMs - sentAtMs;
  if (ageMs > TOLERANCE_SECONDS * 1_000) return "stale";
  return ageMs < -TOLERANCE_SECONDS * 1_000 ? "future" : "fresh";
}

/** Unix seconds as milliseconds; null for anything but digits. */
export function parseSeconds(text: string): number | null {
  return /^\d{1,11}$/.test(text) ? Number(text) * 1_000 : null;
}
