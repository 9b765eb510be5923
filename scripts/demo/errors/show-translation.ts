import { type Line, sideBySide } from "../../terminal/columns.ts";
import { bold, dim, green, yellow } from "../../terminal/style.ts";
import type { Answer, GenAnswer } from "../call.ts";
import type { Page } from "../page.ts";
import type { Translation } from "./try-case.ts";

const MAX_RAW_CHARS = 120;

export function showTitles(page: Page): void {
  const left: Line[] = [{ text: "GEN says", style: bold }];
  write(page, left, [{ text: "gen-edge says", style: bold }]);
}

/** GEN's raw answer on the left, the Worker's problem on the right. */
export function showTranslation(page: Page, { raw, answer }: Translation): void {
  write(page, toRawLines(raw), toProblemLines(answer));
  page.line();
}

function toProblemLines({ status, body }: Answer): Line[] {
  const facts = [
    `retryable: ${body.retryable ? "yes" : "no"}`,
    ...(body.retry_after === undefined ? [] : [`retry_after: ${body.retry_after} s`]),
    `charged: ${body.charged}`,
    `attempts: ${body.attempts}`,
    ...(body.veto === "not-retryable" ? [] : [`veto: ${body.veto}`]),
  ];
  return [
    { text: `${status} ${body.error_code}`, style: green },
    { text: facts.join(", "), style: dim },
    { text: String(body.title), style: bold },
    { text: String(body.detail) },
    { text: `→ ${body.action}` },
  ];
}

function toRawLines({ status, text }: GenAnswer): Line[] {
  const { error, error_code: code } = parse(text);
  const words = typeof error === "string" ? error : text.replaceAll(/\s+/g, " ").slice(0, MAX_RAW_CHARS);
  const head = [status, code].filter((part) => part !== null && part !== undefined).join(" ");
  return [...(head === "" ? [] : [{ text: head, style: yellow }]), { text: words || "(empty body)" }];
}

function parse(text: string): { error?: unknown; error_code?: unknown } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function write(page: Page, left: readonly Line[], right: readonly Line[]): void {
  const widths = { left: Math.round(page.width * 0.36), total: page.width };
  for (const line of sideBySide(left, right, widths)) page.line(line);
}
