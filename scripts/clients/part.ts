/** One parsed flag: its value and the mistakes in it. With mistakes the value is not used. */
export interface Part<T> {
  readonly value: T;
  readonly mistakes: readonly string[];
}

export function right<T>(value: T): Part<T> {
  return { value, mistakes: [] };
}

export function wrong<T>(value: T, mistake: string): Part<T> {
  return { value, mistakes: [mistake] };
}

/** Splits at commas and removes duplicates. */
export function split(text: string | undefined): string[] {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

/** Parses a list whose items must all be valid; `undefined` when the flag is absent. */
export function parseList(
  text: string | undefined,
  isPossible: (each: string) => boolean,
  complain: (each: string) => string,
): Part<string[] | undefined> {
  if (text === undefined) return right(undefined);
  const given = split(text);
  if (given.length === 0) return wrong(undefined, complain(""));
  return { value: given, mistakes: given.filter((each) => !isPossible(each)).map(complain) };
}
