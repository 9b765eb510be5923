/** JSON whose numbers keep their digits: what is too long for a number of JavaScript stays as it was written. */
interface Source {
  readonly source?: string;
}

type RawJson = { rawJSON?: (text: string) => unknown };

export function parseExact(text: string): unknown {
  const { rawJSON } = JSON as RawJson;
  if (rawJSON === undefined) return JSON.parse(text);
  const keep = (_: string, value: unknown, { source }: Source = {}) =>
    typeof value === "number" && source !== undefined && String(value) !== source && !Number.isSafeInteger(value)
      ? rawJSON(source)
      : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
}

export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}
