import type { Page } from "./page.ts";

/** A promise was not kept: the demo ends with exit code 1. */
export class BrokenPromise extends Error {
  override readonly name = "BrokenPromise";
}

/** Prints the promise as kept, or throws with what was seen instead. */
export function promise(page: Page, text: string, { seen, wanted }: { seen: unknown; wanted: unknown }): void {
  if (!isSame(seen, wanted)) throw new BrokenPromise(`${text}\n  wanted: ${show(wanted)}\n  seen:   ${show(seen)}`);
  page.kept(text);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
