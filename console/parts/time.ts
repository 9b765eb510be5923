/** How times, durations and numbers are written. Pure. Exact times are those of the reader's clock, with its offset. */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "640 ms", "3.2 s", "1 min 10 s", "22 h 5 min", "3 d 2 h". */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return join(ms, { ms: MINUTE_MS, unit: "min" }, { ms: SECOND_MS, unit: "s" });
  if (ms < DAY_MS) return join(ms, { ms: HOUR_MS, unit: "h" }, { ms: MINUTE_MS, unit: "min" });
  return join(ms, { ms: DAY_MS, unit: "d" }, { ms: HOUR_MS, unit: "h" });
}

interface Unit {
  readonly ms: number;
  readonly unit: string;
}

function join(ms: number, large: Unit, small: Unit): string {
  const rest = Math.floor((ms % large.ms) / small.ms);
  const first = `${Math.floor(ms / large.ms)} ${large.unit}`;
  return rest === 0 ? first : `${first} ${rest} ${small.unit}`;
}

const NOW_MS = 5 * SECOND_MS;

/** "now", "4 min ago", "in 2 h": one unit is enough. */
export function formatRelative(at: number, now: number): string {
  const ms = Math.abs(now - at);
  if (ms < NOW_MS) return "now";
  const [value, unit] = formatDuration(ms).split(" ");
  const whole = `${Math.floor(Number(value))} ${unit}`;
  return now > at ? `${whole} ago` : `in ${whole}`;
}

/** "2026-11-27 23:19:25.101 UTC+1". */
export function formatExact(at: number): string {
  const time = toLocal(at);
  return `${time.slice(0, 10)} ${time.slice(11, 23)} ${formatOffset(-new Date(at).getTimezoneOffset())}`;
}

/** "2026-11-27 23:19". */
export function formatMinute(at: number): string {
  return toLocal(at).slice(0, 16).replace("T", " ");
}

/** The day (UTC): "2026-11-27". */
export function formatDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The reader's clock as an ISO 8601 time without an offset: an input of the type `datetime-local` takes it. */
export function toLocal(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 23);
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return "UTC";
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes > 0 ? "+" : "−"}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? "" : `:${rest}`}`;
}

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export function formatNumber(value: number): string {
  return COUNT.format(value);
}
