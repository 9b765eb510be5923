/** All languages but English. They are not part of the Worker's code: `scripts/lay-assets.ts` lays them beside it. */
import { de } from "./de.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import type { Language } from "./languages.ts";
import type { Messages } from "./messages.ts";
import { pt } from "./pt.ts";

export const TRANSLATIONS: Readonly<Record<Exclude<Language, "en">, Messages>> = { es, fr, de, pt, ja };
