/** The console's pages of money, in a browser, against what the simulated GEN has taken. */
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Locator, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type Console, findBarriers, openConsole, signIn } from "../support/console.ts";
import { cell, eventually } from "../support/durable-calls.ts";
import { startQuickStack } from "../support/pipelines.ts";
import { json, type Stack } from "../support/stack.ts";

const MARKUP = `"><script>taken()</script><img src=x onerror=taken()>`;
const CRON = "*/5 * * * *";
const DAY_AND_HOUR_MS = 25 * 3_600_000;
const BUDGETS = "all 20000 credits/day; account:default 5 calls/month; tag:* 1000 credits/day";
const IMAGE = { generation_type: "image_from_text", data: { prompt: "A cup of coffee" } };
const video = (duration: number) => ({ generation_type: "video_from_text", data: { prompt: "A cup", duration } });
/** Every page of money, and where money stands on others. */
const PLACES = ["#/money", "#/money?by=day&range=7d", "#/money/charges?ended=failed", "#/money/reconciliation"];

let browser: Browser;
let stack: Stack;
let operator: string;
let shop: string;
let shown: Console;
let page: Page;

interface Group {
  readonly key: string | null;
  readonly spent: number;
  readonly failed: number;
}

async function readReport(query: string): Promise<{ total: Group; groups: Group[] }> {
  return (await (await stack.call(`/v1/usage?${query}`)).json()) as { total: Group; groups: Group[] };
}

/** A charged call of the shop, for a customer; the id of its generation. */
async function order(body: unknown, id: string, tag: string | null): Promise<number> {
  const headers = { "x-api-key": shop, ...(tag === null ? {} : { "x-genedge-tag": tag }) };
  const answer = await stack.call(cell(id).url, json("POST", body, headers));
  expect(answer.status).toBe(201);
  return stack.gen.control.ledger().charges.at(-1)?.generation_id ?? 0;
}

/** For customer 17 a video and an image, for 18 a video that fails, and an image for nobody. GEN settles at 90 %. */
async function spend(): Promise<void> {
  const { control } = stack.gen;
  control.changeSettings({ settlementPercent: 90 });
  await order(video(10), "10111", "customer-17");
  await order(IMAGE, "10121", "customer-17");
  await order(IMAGE, "10131", null);
  control.changeSettings({ generationMs: { video: { pendingMs: 300_000 } } });
  control.setGeneration(await order(video(2), "10111", "customer-18"), { status: "failed" });
  await eventually(
    () => readReport("by=day"),
    ({ total }) => total.failed === 1 && total.spent === 576,
  );
}

/** A generation that is not made through the Worker; the next day its schedule finds out. */
async function spendElsewhere(firstTick: number): Promise<void> {
  const init = json("POST", IMAGE, { "x-api-key": stack.gen.apiKey });
  await fetch(`${stack.gen.urls.api}/vidsheet/101/cells/10121/generate?agent_id=42`, init);
  stack.madeElsewhere(stack.gen.control.ledger().charges.at(-1)?.generation_id ?? "");
  stack.gen.control.advanceTime(DAY_AND_HOUR_MS);
  await stack.worker.fire(CRON, firstTick + DAY_AND_HOUR_MS);
}

/** What GEN has kept of the shop's calls. */
let keptByGen = 0;

beforeAll(async () => {
  [browser, stack] = await Promise.all([launchBrowser(), startQuickStack({ BUDGETS })]);
  operator = await stack.worker.addClient({ name: "night-shift", scopes: ["operator"] });
  shop = await stack.worker.addClient({ name: "shop", scopes: ["read", "generate"], creditsPerMonth: 1_000 });
  const firstTick = Date.now();
  await stack.worker.fire(CRON, firstTick);
  await spend();
  const { charged_credits, refunded_credits } = stack.gen.control.ledger().totals;
  keptByGen = charged_credits - refunded_credits;
  await spendElsewhere(firstTick);
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), stack?.close()]);
});
afterEach(async () => {
  expect(shown.faults).toEqual([]);
  await shown.close();
});

async function enter(place: string, options: BrowserContextOptions = {}): Promise<void> {
  shown = await openConsole(browser, stack.worker, options);
  page = shown.page;
  await signIn(shown, operator);
  await button("Sign out").waitFor();
  await shown.visit(place);
}

const button = (name: string | RegExp) => page.getByRole("button", { name });
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();
/** The texts of a row's cells. */
async function readRow(row: Locator): Promise<string[]> {
  await row.waitFor();
  return (await row.locator("th, td").allTextContents()).map((text) => text.trim());
}
const rowsOf = (name: string) => page.getByRole("table", { name }).getByRole("row");
const REPORT = /\/v1\/usage\?.*by=tag/;

describe("what was spent", () => {
  it("is what GEN has taken and not given back: today, this month, by tag and by day", async () => {
    expect(keptByGen).toBe(576);
    await enter("#/money");
    const sums = page.locator(".sums-table tr");
    expect(await Promise.all([1, 3, 4, 6].map((row) => readRow(sums.nth(row))))).toEqual([
      ["Credits spent", "576", "576"],
      ["Credits given back", "120", "120"],
      ["Charged calls", "4", "4"],
      ["Failed or stopped", "1", "1"],
    ]);
    await sees("576 credits in 4 charged calls; 120 given back.");
    const groups = rowsOf("Spent by tag");
    expect(await Promise.all([1, 2, 3].map((row) => readRow(groups.nth(row))))).toEqual([
      ["customer-17", "558", "–", "–", "2", "–", "–", "–"],
      ["no tag", "18", "–", "–", "1", "–", "–", "–"],
      ["customer-18", "–", "–", "120", "1", "–", "1", "–"],
    ]);
    await page.getByText("As a table").click();
    const today = new Date().toISOString().slice(0, 10);
    expect(await readRow(page.locator(".numbers tbody tr").first())).toEqual([today, "558", "18"]);
  });

  it("stands against its budgets: of all and of accounts first, with the share that is used", async () => {
    await enter("#/money");
    const bars = page.locator(".budgets li");
    await bars.first().waitFor();
    expect((await bars.locator("span").allTextContents()).filter((text) => text.includes(" of "))).toEqual([
      "All: 576 of 20,000 credits today",
      "Account default: 4 of 5 calls this month",
      "shop: 576 of 1,000 credits this month",
      "Tag customer-17: 558 of 1,000 credits today",
      "Tag customer-18: 0 of 1,000 credits today",
    ]);
    await page.getByRole("meter", { name: "account default, calls this month" }).waitFor();
    expect(await page.locator("meter.warn").count()).toBe(1);
  });

  it("has an address for each question, and each group leads to its own", async () => {
    await enter("#/money?range=7d");
    await page.getByRole("link", { name: "customer-17" }).and(page.locator(".main-link")).click();
    await page.getByRole("heading", { name: "Spent by type" }).waitFor();
    expect(new URLSearchParams(page.url().split("?")[1]).toString()).toBe("range=7d&by=type&tag=customer-17");
    await sees("558 credits in 2 charged calls.");
    await page.reload();
    await sees("558 credits in 2 charged calls.");
    expect(await page.getByLabel("Time").inputValue()).toBe("7d");

    await page.getByLabel("Time").selectOption("last-month");
    await sees("No charges in this time match.");
    await page.getByLabel("Time").selectOption("custom");
    await page.locator("input[name=from]").fill("2026-11-20");
    await button("Show").click();
    await page.waitForURL(/from=2026-11-20/);
  });

  it("is read from a file that holds the same, by whoever may read it", async () => {
    await enter("#/money?by=client");
    const [download] = await Promise.all([page.waitForEvent("download"), button(/^Download CSV/).click()]);
    await sees(/^Downloaded: usage-by-client-/);
    const query = download.suggestedFilename().match(/usage-by-client-(.{10})-(.{10})\.csv/) ?? [];
    const answer = await stack.call(`/v1/usage?by=client&from=${query[1]}&to=${query[2]}`, {
      headers: { accept: "text/csv" },
    });
    const text = await readFile(await download.path(), "utf8");
    expect(text).toBe(await answer.text());
    expect(text).toContain(`,576,120,`);

    await page.route("**/v1/usage?*", (route) => route.fulfill({ status: 403, body: "{}" }));
    await button(/^Download CSV/).click();
    await page.getByRole("dialog", { name: "Not downloaded" }).getByText("http_403").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("button:focus", { hasText: "Download CSV" }).waitFor();
  });
});

describe("a charge", () => {
  it("leads to its call, which says what it was estimated to cost and has cost", async () => {
    await enter("#/money");
    const dearest = page.getByRole("table", { name: "Dearest calls" });
    const [call, ...cells] = await readRow(dearest.getByRole("row").nth(1));
    expect([call, ...cells.slice(0, 5)]).toEqual([
      "cells.generate video_from_text",
      "completed",
      "540",
      "600",
      "540",
      "–",
    ]);
    expect(cells.slice(-4)).toEqual(["shop", "customer-17", "–", "default"]);
    await dearest.getByRole("link", { name: "cells.generate" }).first().click();
    await page.getByRole("heading", { name: "cells.generate" }).waitFor();
    await page.locator(".facts div", { hasText: "Estimated credits" }).getByText("600").waitFor();
    await page.locator(".facts div", { hasText: "Cost in credits" }).getByText("540").waitFor();
  });

  it("that failed is listed with what GEN gave back", async () => {
    await enter("#/money/charges");
    await page.getByRole("link", { name: "Failed", exact: true }).click();
    await page.waitForURL(/ended=failed/);
    const charges = rowsOf("Charges");
    await eventually(
      () => charges.count(),
      (count) => count === 2,
    );
    expect((await readRow(charges.nth(1))).slice(1, 6)).toEqual(["failed", "0", "120", "0", "120"]);
    const [download] = await Promise.all([page.waitForEvent("download"), button(/^Download CSV/).click()]);
    const [, ...lines] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("customer-18");
  });
});

it("a client's page shows its bounds of a month, with what it has used of them", async () => {
  await enter("#/clients");
  await page.getByRole("link", { name: "shop" }).click();
  await sees("Credits this month: 576 of 1,000");
  await sees("Charged calls today: 4, no bound");
  await page.getByRole("link", { name: "Its money" }).click();
  await sees("576 credits in 4 charged calls; 120 given back.");
});

describe("what cannot be shown", () => {
  it("because nothing is there, says so", async () => {
    await enter("#/money?tag=nobody");
    expect(await page.getByText("No charges in this time match.").count()).toBe(2);
  });

  it("is loading until the answer is there, and is told as a problem when none comes", async () => {
    await enter("#/calls");
    let answer = (_: Route) => {};
    const isAsked = new Promise<Route>((resolve) => {
      answer = resolve;
    });
    await page.route(REPORT, (route) => answer(route));
    await page.goto(`${stack.worker.url}/console#/money`);
    const route = await isAsked;
    const spent = page.getByRole("region", { name: "Spent by tag" });
    await spent.getByRole("status", { name: "Loading" }).waitFor();
    const problem = { title: "Not now", detail: "It rests.", action: "Wait.", error_code: "internal", instance: "r-7" };
    await route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify(problem) });
    await spent.getByText("Not now").waitFor();
    await page.unroute(REPORT);
    await spent.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("table", { name: "Spent by tag" }).waitFor();
  });

  it("is refused to who is no operator, part by part", async () => {
    await enter("#/money");
    await page.evaluate((key) => sessionStorage.setItem("gen-edge-console-key", key), shop);
    await page.reload();
    await sees("576 credits in 4 charged calls; 120 given back.");
    expect(await page.locator("section", { hasText: "Budgets" }).getByText("scope_required").count()).toBe(1);
    await shown.visit("#/money/reconciliation");
    await sees("scope_required");
    expect(await page.getByRole("table").count()).toBe(0);
  });
});

it("what others have written is text on every page of money", async () => {
  await enter("#/money");
  const poison = (_: string, value: unknown) =>
    typeof value === "string" && !/^\d{4}-\d\d/.test(value) ? MARKUP : value;
  await page.route("**/v1/usage**", async (route) => {
    const response = await route.fetch();
    const answer = JSON.parse(await response.text(), poison) as object;
    const body = JSON.stringify({ ...answer, cursor: null });
    await route.fulfill({ response, body });
  });
  for (const place of PLACES) {
    await page.goto("about:blank");
    await page.goto(`${stack.worker.url}/console${place}`);
    await sees("<script>taken()");
    expect(await page.evaluate("[document.scripts.length, document.images.length]"), place).toEqual([1, 0]);
  }
});

it("the page is asked for again while the tab is seen, and not while it is hidden", async () => {
  shown = await openConsole(browser, stack.worker);
  page = shown.page;
  await page.clock.install();
  await signIn(shown, operator);
  await button("Sign out").waitFor();
  await shown.visit("#/money");
  // It is there once all questions are answered, and the next round has its time.
  await page.getByRole("table", { name: "Spent by tag" }).waitFor();
  let asked = 0;
  page.on("request", (request) => {
    if (REPORT.test(request.url())) asked += 1;
  });
  const isAnswered = page.waitForResponse(REPORT);
  await page.clock.runFor(21_000);
  await isAnswered;
  expect(asked).toBe(1);
  await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
  await page.clock.runFor(120_000);
  expect(asked).toBe(1);
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it("no page of money has a barrier, or is wider than a phone of 390 px", async () => {
    await enter("#/money", { colorScheme, viewport: { width: 390, height: 800 } });
    for (const place of PLACES) {
      await shown.visit(place);
      expect(await findBarriers(shown), place).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), place).toBeLessThanOrEqual(0);
    }
  });
});

/** The last: what was unknown is known then. */
it("what GEN took and nobody here knows waits on the first page until it is acknowledged, which asks once", async () => {
  await enter("#/");
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(new URL(request.url()).pathname);
  });
  await page.getByRole("link", { name: "1 Credits that GEN took for no charge here" }).click();
  await sees("image_from_text");
  const opener = button("Acknowledge 20 credits of default");
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Acknowledge 20 credits of default?" }).waitFor();
  await page.keyboard.press("Escape");
  // A closed dialog has no role any more; until it is gone, its button opens no other.
  await page.locator("dialog").waitFor({ state: "detached" });
  expect(posts).toEqual([]);
  const focused = await page.evaluate("document.activeElement?.getAttribute('aria-label')");
  expect(focused).toBe("Acknowledge 20 credits of default");

  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge", exact: true }).click();
  await sees("Acknowledged: 20 credits of default.");
  await sees(/^Every credit that GEN took in this month/);
  expect(posts).toEqual([expect.stringMatching(/^\/v1\/usage\/reconciliation\/[^/]+\/acknowledge$/)]);
  await shown.visit("#/audit");
  await sees("transaction.acknowledge");
});
