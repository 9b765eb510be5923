/**
 * Writes `docs/problems/<language>.md`: every problem as it is rendered, for a native reader to correct. A test fails when they are out
 * of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { COMPOSITION, type Composition } from "../src/problems/composition.ts";
import { en } from "../src/problems/english.ts";
import { LANGUAGES, type Language, type Messages } from "../src/problems/messages.ts";
import type { Charged, Problem } from "../src/problems/problem.ts";
import type { ProblemCode } from "../src/problems/problem-codes.ts";
import { describeProblem } from "../src/problems/problem-document.ts";
import { runPlainCommand } from "./terminal/command-line.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = new URL("docs/problems/", ROOT);

const WAITS = [undefined, 5, 3_600];
/** They say when something begins anew, though trying again does not help: a budget in days, too. */
const RENEWALS: { readonly [Code in ProblemCode]?: typeof WAITS } = {
  quota_exhausted: WAITS,
  budget_exhausted: [...WAITS, 1_000_000],
};

/** The states in which a code is answered, as far as its texts differ. */
export function listStates(code: ProblemCode): Pick<Problem, "charged" | "retry" | "retryAfter">[] {
  const { charged, retry }: Composition = COMPOSITION[code];
  const charges: readonly Charged[] = charged === "varies" ? selectCharges(code) : [charged];
  const retries: readonly Problem["retry"][] = retry === "varies" ? ["yes", "same_key"] : [retry];
  return charges.flatMap((each) =>
    retries.flatMap((way) => {
      const after = RENEWALS[code] ?? (way === "no" ? [undefined] : WAITS);
      return after.map((retryAfter) => ({
        charged: each,
        retry: way,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      }));
    }),
  );
}

function selectCharges(code: ProblemCode): readonly Charged[] {
  return code === "answer_expired" ? ["yes", "no"] : ["no", "unknown"];
}

export function writePage(language: Language, messages: Messages): string {
  const codes = Object.keys(COMPOSITION) as ProblemCode[];
  const texts = { language, messages };
  const sections = codes.map((code) => {
    const rendered = listStates(code).map((state) => describeProblem({ code, status: 400, ...state }, texts));
    const details = unique(rendered.map(({ detail }) => detail)).map((text) => `- ${text}`);
    const actions = unique(rendered.map(({ action }) => action)).map((text) => `- → ${text}`);
    return `## ${messages.problems[code].title}\n\n\`${code}\`\n\n${[...details, ...actions].join("\n")}\n`;
  });
  const head = `# ${language}\n\nEvery problem as a person reads it. Made by \`npm run problem-pages\`; to correct a text, see CONTRIBUTING.md.\n`;
  return `${head}\n${sections.join("\n")}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function readMessages(language: Language): Messages {
  if (language === "en") return en;
  return JSON.parse(readFileSync(new URL(`translations/${language}.json`, ROOT), "utf8")) as Messages;
}

const USAGE = `Writes docs/problems/: every problem as a person reads it, a file a language.

  npm run problem-pages
`;

function writePages(): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const language of LANGUAGES) {
    writeFileSync(new URL(`${language}.md`, FOLDER), writePage(language, readMessages(language)));
  }
}

if (import.meta.main) process.exitCode = await runPlainCommand("npm run problem-pages", USAGE, writePages);
