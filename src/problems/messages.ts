import type { en } from "./english.ts";

/**
 * The available languages, as primary subtags of RFC 5646. English is in the code, the others are in `translations/`.
 */
export const LANGUAGES = ["en", "es", "fr", "de", "pt", "ja"] as const;

export type Language = (typeof LANGUAGES)[number];

type Widened<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widened<T[K]> };

/** All texts in one language, with exactly the keys of the English ones. */
export type Messages = Widened<typeof en>;
