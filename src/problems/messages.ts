import type { en } from "./english.ts";

/** The languages that texts exist in, by the primary subtag of RFC 5646. English is code; the others are `translations/`. */
export const LANGUAGES = ["en", "es", "fr", "de", "pt", "ja"] as const;

export type Language = (typeof LANGUAGES)[number];

type Widened<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widened<T[K]> };

/** All texts in one language: the keys of the English ones, no more and no fewer. */
export type Messages = Widened<typeof en>;

/** What exactly is wrong with a request that the Worker itself refuses. */
export type ReasonCode = keyof typeof en.reasons;
