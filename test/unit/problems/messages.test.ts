import { STATUS_CODES } from "node:http";
import { describe, expect, it } from "vitest";
import { en } from "../../../src/problems/english.ts";
import { LANGUAGES } from "../../../src/problems/messages.ts";
import { TRANSLATIONS } from "../../support/translations.ts";

/** Texts that are correctly the same as in English. */
const SAME_AS_ENGLISH = new Set(["de page.credits", "pt gen_says"]);
const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  "problems.quota_exhausted.action": ["{wait}"],
  "problems.budget_exhausted.action": ["{wait}"],
  "retry.after": ["{wait}"],
  "retry.same_after": ["{wait}"],
  gen_says: ["{text}"],
};
const STATUS_NUMBER = new RegExp(`(?<!\\d)(${Object.keys(STATUS_CODES).join("|")})(?!\\d)`);
const HOST_NAME = /:\/\/|localhost|[a-z0-9]\.[a-z0-9]/i;

type Tree = string | { readonly [key: string]: Tree };

/** Every text of a language by its dotted path. */
function collectTexts(tree: Tree, path = ""): ReadonlyMap<string, string> {
  if (typeof tree === "string") return new Map([[path, tree]]);
  const prefix = path === "" ? "" : `${path}.`;
  return new Map(Object.entries(tree).flatMap(([key, branch]) => [...collectTexts(branch, prefix + key)]));
}

function selectPaths(texts: ReadonlyMap<string, string>, isBad: (text: string, path: string) => boolean): string[] {
  return [...texts].filter(([path, text]) => isBad(text, path)).map(([path]) => path);
}

const english = collectTexts(en);
const languages = [["en", en] as const, ...TRANSLATIONS].map(([language, messages]) => ({
  language,
  texts: collectTexts(messages),
}));

it("has a file of translations for each language but English", () => {
  expect(["en", ...TRANSLATIONS.keys()].sort()).toEqual([...LANGUAGES].sort());
});

describe.each(languages)("messages in $language", ({ texts }) => {
  it("has exactly the keys of English", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leaves no text empty, padded or with doubled spaces", () => {
    expect(selectPaths(texts, (text) => text === "" || text !== text.trim() || / {2}/.test(text))).toEqual([]);
  });

  it("holds the placeholders of its place, no others", () => {
    for (const [path, text] of texts) {
      expect(text.match(/\{[^}]*\}|[{}]/g) ?? [], path).toEqual(PLACEHOLDERS[path] ?? []);
    }
  });

  it("names no host, no HTTP status number and no key of GEN", () => {
    expect(
      selectPaths(texts, (text) => HOST_NAME.test(text) || STATUS_NUMBER.test(text) || /gen_pat/i.test(text)),
    ).toEqual([]);
  });

  it("never raises its voice", () => {
    expect(selectPaths(texts, (text) => /[!¡！]/.test(text))).toEqual([]);
  });

  it("ends sentences with a full stop and titles and headings without", () => {
    const isSentence = (path: string) => /^(charged|retry)\.|\.(detail|action|\w+_varies|home_\w+)$/.test(path);
    expect(selectPaths(texts, (text, path) => /[.。]$/.test(text) !== isSentence(path))).toEqual([]);
  });

  it("gives every problem a title of its own", () => {
    const titles = [...texts].filter(([path]) => path.endsWith(".title")).map(([, text]) => text);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it("leaves money and retries to the sentences that the program appends", () => {
    const appended = [...texts].filter(([path]) => /^(charged|retry)\./.test(path)).map(([, text]) => text);
    expect(
      selectPaths(texts, (text, path) => path.endsWith(".detail") && appended.some((part) => text.includes(part))),
    ).toEqual([]);
  });
});

const translated = languages.filter(({ language }) => language !== "en");
const spaced = languages.filter(({ language }) => language !== "ja");

describe.each(translated)("messages in $language, beside English", ({ language, texts }) => {
  it("is translated", () => {
    const isUntranslated = (text: string, path: string) =>
      text === english.get(path) && !SAME_AS_ENGLISH.has(`${language} ${path}`);
    expect(selectPaths(texts, isUntranslated)).toEqual([]);
  });
});

describe.each(spaced)("messages in $language, whose words are spaced", ({ texts }) => {
  it("says titles in two to six words", () => {
    expect(selectPaths(texts, (text, path) => path.endsWith(".title") && !/^\S+( \S+){1,5}$/.test(text))).toEqual([]);
  });
});
