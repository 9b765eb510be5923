import { describe, expect, it } from "vitest";
import { prefersHtml, selectLanguage } from "../../../src/problems/negotiate.ts";

describe("the language of a problem", () => {
  it.each([
    ["de", "de"],
    ["fr", "fr"],
    ["es", "es"],
    ["pt", "pt"],
    ["ja", "ja"],
    ["en", "en"],
  ])("is the one that is asked for: %s", (header, language) => {
    expect(selectLanguage(header)).toBe(language);
  });

  it.each([
    ["de-AT", "de"],
    ["pt-BR,pt;q=0.9,en;q=0.8", "pt"],
    ["ja-JP", "ja"],
    ["EN-us", "en"],
    ["zh-Hans-CN, fr-CA;q=0.3", "fr"],
  ])("is that of the region: %s", (header, language) => {
    expect(selectLanguage(header)).toBe(language);
  });

  it.each([
    ["fr;q=0.5, ja", "ja"],
    ["en;q=0.1, de;q=0.2, es;q=0.3", "es"],
    ["it, es;q=0.1", "es"],
    ["de, fr", "de"],
    ["de;q=0, fr;q=0.1", "fr"],
  ])("is the preferred one of those there are: %s", (header, language) => {
    expect(selectLanguage(header)).toBe(language);
  });

  it.each([
    null,
    "",
    "*",
    "zh",
    "en;q=0",
    "de;q=0",
    "klingon",
    ";;;",
    "de_DE",
    "x".repeat(1_001),
    `de,${" ".repeat(1_000)}`,
  ])("is English when nothing fits: %s", (header) => {
    expect(selectLanguage(header)).toBe("en");
  });
});

describe("a page", () => {
  it.each([
    "text/html",
    "text/*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/json;q=0.8, text/html;q=0.9",
  ])("is preferred by a browser: %s", (header) => {
    expect(prefersHtml(header)).toBe(true);
  });

  it.each([
    null,
    "",
    "*/*",
    "application/json",
    "application/json, text/html;q=0.9",
    "application/json, text/html",
    "text/html;q=0",
    "image/png",
    "nonsense",
    `text/html,${" ".repeat(1_000)}`,
  ])("is not preferred by a program: %s", (header) => {
    expect(prefersHtml(header)).toBe(false);
  });
});
