import { readdirSync, readFileSync } from "node:fs";
import type { Messages } from "../../src/problems/messages.ts";

const FOLDER = new URL("../../translations/", import.meta.url);

/** The content of each language's file, as it is deployed; its form is not assumed. */
export const TRANSLATIONS: ReadonlyMap<string, Messages> = new Map(
  readdirSync(FOLDER).map((file) => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Messages,
  ]),
);

export function findTranslation(language: string): Messages {
  const found = TRANSLATIONS.get(language);
  if (found === undefined) throw new Error(`There is no translation for ${language}.`);
  return found;
}
