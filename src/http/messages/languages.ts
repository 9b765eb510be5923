import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import type { Messages } from "./messages.ts";
import { pt } from "./pt.ts";

/** The languages that texts exist in, by the primary subtag of RFC 5646. */
export const LANGUAGES = { en, es, fr, de, pt, ja } satisfies Record<string, Messages>;

export type Language = keyof typeof LANGUAGES;
