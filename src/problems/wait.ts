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

/**
 * A wait in words: whole seconds, minutes or hours, rounded up. Not days: German would need another case for them after "in". An ordinary space
 * becomes one that does not break, so that a number keeps its unit.
 */
export function describeWait(seconds: number, language: Language): string {
  const [value, unit] = toUnit(Math.max(1, Math.ceil(seconds)));
  const format = new Intl.NumberFormat(LOCALES[language], { style: "unit", unit, unitDisplay: "long" });
  return format.format(value).replaceAll(" ", "\u00a0");
}

function toUnit(seconds: number): [number, "second" | "minute" | "hour"] {
  if (seconds < 60) return [seconds, "second"];
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? [minutes, "minute"] : [Math.ceil(seconds / 3_600), "hour"];
}
