/** The languages that texts exist in, by the primary subtag of RFC 5646. */
export const LANGUAGES = ["en", "es", "fr", "de", "pt", "ja"] as const;

export type Language = (typeof LANGUAGES)[number];
