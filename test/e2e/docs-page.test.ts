/** `/docs` in a browser: what a reader must be able to take in. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type Stack, startStack } from "../support/stack.ts";

const WIDTH = 1_280;
/** Pixels: some screens. With all failures open it was 11,600. */
const MAX_HEIGHT = 4_000;

let browser: Browser;
let stack: Stack;
let page: Page;
beforeAll(async () => {
  [browser, stack] = await Promise.all([launchBrowser(), startStack()]);
  page = await browser.newPage({ viewport: { width: WIDTH, height: 800 } });
  page.setDefaultTimeout(30_000);
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), stack?.close()]);
});

it("an opened operation is a few screens tall, and a failure opens on a click", { timeout: 60_000 }, async () => {
  await page.goto(`${stack.worker.url}/docs#/Cells/cells.generate`);
  const operation = page.locator(".opblock.is-open").first();
  await operation.getByText("usable_gen_credit_required").first().waitFor();
  expect((await operation.boundingBox())?.height).toBeLessThan(MAX_HEIGHT);

  const failure = operation.locator("details", { hasText: "usable_gen_credit_required" });
  const example = failure.locator("table").first();
  expect(await example.count()).toBe(0);
  await failure.locator("summary").click();
  await example.waitFor();
});
