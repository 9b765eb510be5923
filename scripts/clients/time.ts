/** UTC, to the minute; only the day if the time is midnight. */
export function toTime(at: number): string {
  const iso = new Date(at).toISOString();
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : `${iso.slice(0, 16)}Z`;
}
