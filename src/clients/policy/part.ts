import type { Member } from "./policy-input.ts";

/** What is wrong with a policy: a whole sentence, with what is allowed. */
export interface Mistake {
  readonly member: Member;
  readonly message: string;
}

/** One parsed member: its value and the mistakes in it. With mistakes the value is not used. */
export interface Part<T> {
  readonly value: T;
  readonly mistakes: readonly Mistake[];
}

export function right<T>(value: T): Part<T> {
  return { value, mistakes: [] };
}

export function wrong<T>(value: T, member: Member, message: string): Part<T> {
  return { value, mistakes: [{ member, message }] };
}

/** Parses a list whose items must all be valid; `undefined` when it is absent. */
export function parseList(
  given: readonly string[] | undefined,
  member: Member,
  { isPossible, complain }: { isPossible: (each: string) => boolean; complain: (each: string) => string },
): Part<string[] | undefined> {
  if (given === undefined) return right(undefined);
  const wrongs = given.length === 0 ? [""] : given.filter((each) => !isPossible(each));
  return { value: [...given], mistakes: wrongs.map((each) => ({ member, message: complain(each) })) };
}
