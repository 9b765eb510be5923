import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listStates, writePage } from "../../../scripts/write-problem-pages.ts";
import { COMPOSITION, type Composition } from "../../../src/problems/composition.ts";
import { en } from "../../../src/problems/english.ts";
import { LANGUAGES, type Language, type Messages } from "../../../src/problems/messages.ts";
import type { Problem } from "../../../src/problems/problem.ts";
import type { ProblemCode } from "../../../src/problems/problem-codes.ts";
import { describeProblem, toProblemDocument } from "../../../src/problems/problem-document.ts";
import { REASONS } from "../../../src/problems/reasons.ts";
import { describeWait } from "../../../src/problems/wait.ts";
import { findTranslation } from "../../support/translations.ts";

const CODES = Object.keys(COMPOSITION) as ProblemCode[];
const WAITS = [undefined, 1, 5, 60, 3_600, 40_000, 1_000_000];

function findMessages(language: Language): Messages {
  return language === "en" ? en : findTranslation(language);
}

interface Rendered {
  readonly code: ProblemCode;
  readonly problem: Problem;
  readonly title: string;
  readonly detail: string;
  readonly action: string;
}

/** Every code in every state in which it is answered, with every wait. */
function renderAll(language: Language): Rendered[] {
  const texts = { language, messages: findMessages(language) };
  return CODES.flatMap((code) =>
    listStates(code).flatMap((state) =>
      WAITS.map((retryAfter) => {
        const problem: Problem = { code, status: 400, ...state, ...(retryAfter === undefined ? {} : { retryAfter }) };
        return { code, problem, ...describeProblem(problem, texts) };
      }),
    ),
  );
}

function selectBad(all: readonly Rendered[], isBad: (text: string) => boolean): string[] {
  const texts = all.flatMap(({ title, detail, action }) => [title, detail, action]);
  return [...new Set(texts.filter(isBad))];
}

/** Words that mislead, waver or were another contact's, as a review found them. */
const FORBIDDEN: Readonly<Record<Language, RegExp>> = {
  en: /the video service|operator|\bproduct\b|idempotency|this call|the call\b/i,
  es: /vídeo|operador|responsable|producto|contacte|caducad|ajustes|llamada|clave de idempotencia/i,
  fr: /requête|exploitant|responsable|produit|\bappel\b|clé d’idempotence/i,
  de: /betreiber|produkt|\bsheet|erneut|benutz|zugang|berichtig/i,
  pt: /produto|responsável|operador|pedido|\bfolha|bilhete|contacte|chamada|início de sessão/i,
  ja: /製品|回答|冪等|監視者|読み手|運営者|確認してください|連絡/,
};

/** What belongs in `developer_detail`, in any language. */
const PROTOCOL =
  /header|json|https?|idempot|query|endpoint|content-type|x-api|bearer|\butc\b|cors\b|retry-after|\blocation\b|multipart|\bapi\b/i;

/** A wish to try again: what the program appends, when it helps. */
const TRY_AGAIN: Readonly<Record<Language, RegExp>> = {
  en: /try(?:ing)? again|later/i,
  es: /intent|de nuevo|nuevamente|más tarde/i,
  fr: /réessay|à nouveau|de nouveau|plus tard/i,
  de: /noch einmal|später/i,
  pt: /tent(?:e|ar|ativa)|novamente|de novo|mais tarde/i,
  ja: /もう一度|再度|後で|再試行/,
};

describe.each(LANGUAGES)("problems in %s, as they are rendered", (language) => {
  const all = renderAll(language);
  const messages = findMessages(language);

  it("hold no doubled space, no placeholder and no bare unit", () => {
    expect(selectBad(all, (text) => / {2}|[{}]|\d\s?s\b/.test(text))).toEqual([]);
  });

  it("hold no word that a person could misunderstand", () => {
    expect(selectBad(all, (text) => FORBIDDEN[language].test(text))).toEqual([]);
  });

  it("leave the words of the protocol to developer_detail", () => {
    expect(selectBad(all, (text) => PROTOCOL.test(text))).toEqual([]);
  });

  it("say of credits one thing, which is true of this failure", () => {
    for (const { detail, problem } of all) {
      const said = Object.values(messages.charged).filter((text) => detail.includes(text));
      const isSaid = COMPOSITION[problem.code].saysCredits || problem.charged !== "no";
      expect(said, detail).toEqual(isSaid ? [messages.charged[problem.charged]] : []);
    }
  });

  it("say of trying again one thing: the action's own words never do, where the program does", () => {
    for (const code of CODES) {
      const { saysRetry }: Composition = COMPOSITION[code];
      if (saysRetry !== "itself") expect(messages.problems[code].action, code).not.toMatch(TRY_AGAIN[language]);
    }
  });

  it("ask to correct something only where the person can", () => {
    for (const { action, problem } of all) {
      const isInput = (COMPOSITION[problem.code] as Composition).saysRetry === "correct";
      expect(action.includes(messages.retry.no), action).toBe(isInput);
    }
  });

  it("say a wait in words, where there is one", () => {
    for (const { action, problem } of all) {
      const { saysRetry }: Composition = COMPOSITION[problem.code];
      if (saysRetry === "itself" || problem.retry === "no" || problem.retryAfter === undefined) continue;
      expect(action).toContain(describeWait(problem.retryAfter, language));
    }
  });

  it("are on the page for native readers as they are now", () => {
    const page = readFileSync(new URL(`../../../docs/problems/${language}.md`, import.meta.url), "utf8");
    expect(page).toBe(writePage(language, messages));
  });

  it.each([
    ["n is too large  ", "n is too large"],
    ["Choose one of “a”, “b”…", "Choose one of “a”, “b”…"],
    [" (see the guide) ", "(see the guide)"],
    ["Cost: $1 {wait} $& \\", "Cost: $1 {wait} $& \\"],
  ])("quote GEN's own words, trimmed and attributed: %j", (genText, said) => {
    const problem = { code: "validation_error", status: 422, retry: "no", charged: "no", genText } as const;
    const { detail } = describeProblem(problem, { language, messages });
    expect(detail).toContain(messages.gen_says.replace("{text}", () => said));
    expect(detail.endsWith(messages.charged.no)).toBe(true);
  });

  it("say nothing for GEN where GEN has said nothing", () => {
    const problem = { code: "validation_error", status: 422, retry: "no", charged: "no", genText: "  " } as const;
    expect(describeProblem(problem, { language, messages }).detail).not.toContain("GEN:");
  });
});

describe("problems in French", () => {
  it("have no ordinary space before a colon, a semicolon, a mark or a closing quotation mark", () => {
    expect(selectBad(renderAll("fr"), (text) => / [:;?!»]|« /.test(text))).toEqual([]);
  });
});

describe("problems in Japanese", () => {
  const all = renderAll("ja");

  it("have titles that are sentences", () => {
    const titles = CODES.map((code) => findMessages("ja").problems[code].title);
    expect(titles.filter((title) => !/(?:です|ます|ません|ました|でした|ください)$/.test(title))).toEqual([]);
  });

  it("keep digits from kana and kanji, and Latin letters from the full stop", () => {
    expect(
      selectBad(all, (text) => /\d[\u3040-\u30ff\u4e00-\u9fff]|[\u3040-\u30ff\u4e00-\u9fff]\d|[A-Za-z]。/.test(text)),
    ).toEqual([]);
  });
});

describe("a wait", () => {
  it.each([
    [0.2, "1 second"],
    [1, "1 second"],
    [5, "5 seconds"],
    [59, "59 seconds"],
    [60, "1 minute"],
    [61, "2 minutes"],
    [3_541, "1 hour"],
    [3_600, "1 hour"],
    [40_000, "12 hours"],
    [86_400, "24 hours"],
    [172_800, "48 hours"],
    [172_801, "3 days"],
    [2_678_400, "31 days"],
  ])("of %d s is %s in English, rounded up", (seconds, words) => {
    expect(describeWait(seconds, "en")).toBe(words.replace(" ", "\u00a0"));
  });

  it.each([
    ["es", "5 segundos", "1 minuto", "12 horas", "12 días"],
    ["fr", "5 secondes", "1 minute", "12 heures", "12 jours"],
    ["de", "5 Sekunden", "1 Minute", "12 Stunden", "12 Tagen"],
    ["pt", "5 segundos", "1 minuto", "12 horas", "12 dias"],
    ["ja", "5 秒", "1 分", "12 時間", "12 日"],
  ] as const)("is in the words of the language: %s", (language, ...words) => {
    const said = [5, 60, 40_000, 1_000_000].map((seconds) => describeWait(seconds, language));
    expect(said).toEqual(words.map((each) => each.replace(" ", "\u00a0")));
  });
});

describe("developer_detail", () => {
  const context = {
    texts: { language: "ja", messages: findMessages("ja") },
    origin: "https://worker.example",
    requestId: "r",
    attempts: 0,
  } as const;
  const detailOf = (problem: Omit<Problem, "status" | "charged">) =>
    toProblemDocument({ status: 400, charged: "no", ...problem }, context).developer_detail;

  it("names what is meant, in English whatever the person reads", () => {
    expect(detailOf({ code: "unauthorized", retry: "no", reason: "key_missing" })).toBe(REASONS.key_missing);
    expect(detailOf({ code: "idempotency_key_required", retry: "no" })).toContain("Idempotency-Key");
  });

  it("says that a repeat needs the same key, where it does", () => {
    expect(detailOf({ code: "gen_unavailable", retry: "same_key" })).toMatch(/circuit is open.*same Idempotency-Key/);
    expect(detailOf({ code: "gen_unavailable", retry: "yes" })).not.toContain("Idempotency-Key");
  });

  it("is left out where there is nothing to add", () => {
    expect(detailOf({ code: "file_size_exceeded", retry: "no" })).toBeUndefined();
  });
});
