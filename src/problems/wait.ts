import type { Language } from "./messages.ts";

/** Latin American Spanish and Brazilian Portuguese, as the texts are. */
const LOCALES: Readonly<Record<Language, string>> = {
  en: "en",
  es: "es-419",
  fr: "fr",
  de: "de",
  pt: "pt-BR",
  ja: "ja",
};

/** From here on hours are hard to grasp. */
const MIN_DAYS = 3;

/**
 * A wait in words: whole seconds, minutes, hours or days, rounded up. An ordinary space becomes one that does not
 * break, so that a number keeps its unit.
 */
export function describeWait(seconds: number, language: Language): string {
  const [value, unit] = toUnit(Math.max(1, Math.ceil(seconds)));
  const format = new Intl.NumberFormat(LOCALES[language], { style: "unit", unit, unitDisplay: "long" });
  const text = format.format(value).replaceAll(" ", "\u00a0");
  // In German texts a wait follows "in", which takes the dative: "in 12 Tagen".
  return language === "de" && unit === "day" ? `${text}n` : text;
}

function toUnit(seconds: number): [number, "second" | "minute" | "hour" | "day"] {
  if (seconds < 60) return [seconds, "second"];
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return [minutes, "minute"];
  const days = Math.ceil(seconds / 86_400);
  return days < MIN_DAYS ? [Math.ceil(seconds / 3_600), "hour"] : [days, "day"];
}
