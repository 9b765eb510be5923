/** `examples/browser`, in a browser and from an origin of its own, as a person uses it. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createTicket } from "../../src/access/ticket.ts";
import ja from "../../translations/ja.json" with { type: "json" };
import { launchBrowser } from "../support/browser.ts";
import { cell, durableCalls } from "../support/durable-calls.ts";
import { type RunningExample, startExample } from "../support/examples.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

const TICKET_SECRET = "canary-of-the-tickets-2f81c6d0";
/** The text cell of a row of sheet 101. Each test that counts charges has a row of its own. */
const script = (row: number) => cell(`101${row}1`).path;

let browser: Browser;
let stack: Stack;
let server: RunningExample;
let address: string;
let key: string;
let page: Page;
beforeAll(async () => {
  server = startExample("browser/serve.js", { PORT: "0" });
  [browser, stack, address] = await Promise.all([
    launchBrowser(),
    startStack({ TICKET_SECRET }),
    server.prints(/^(http\S+)$/m),
  ]);
  stack.gen.control.changeSettings({ generationMs: { text: { pendingMs: 0, processingMs: 0 } } });
  key = await stack.worker.addClient({ scopes: ["read", "generate"], agents: ["42"], origins: [address] });
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.kill(), stack?.close()]);
});
afterEach(() => page.context().close());

const calls = durableCalls(() => stack);

/** Opens the page in a window of its own. */
async function open(options: BrowserContextOptions = {}): Promise<void> {
  page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(address);
}

async function showCells(clientKey = key): Promise<void> {
  await page.getByLabel("Worker").fill(stack.worker.url);
  await page.getByLabel("Client key").fill(clientKey);
  await page.getByRole("button", { name: "Show the cells" }).click();
}

const generate = (row: number) => page.getByRole("button", { name: `Generate Script, row ${row}` }).click();
const item = (row: number) => page.getByRole("listitem").filter({ hasText: `Script, row ${row}` });
const shows = (row: number, text: string) => item(row).getByText(text).waitFor();

it("lists the cells, generates one and shows how it stands and what came of it, with one charge", async () => {
  await open();
  await showCells();
  await page.getByRole("listitem").nth(8).waitFor();
  await generate(1);
  await shows(1, "completed");
  await shows(1, "Simulated text for: A first line for a cooking video");
  expect(calls.chargesTo(script(1))).toHaveLength(1);
});

it("shows what people and models write as text, never as HTML", async () => {
  const markup = `<img src=x onerror="document.title='taken over'">`;
  await stack.call("/v1/vidsheet/101/cells/10121?agent_id=42", json("PATCH", { spreadsheet_cell: { value: markup } }));
  await open();
  await showCells();
  await page.getByText(markup).waitFor();
  await page.getByLabel("Prompt").fill(markup);
  await generate(2);
  await shows(2, `Simulated text for: ${markup}`);
  expect([await page.locator("img").count(), await page.title()]).toEqual([0, "Generate a sheet"]);
});

it("charges once though the answer is lost and the page is closed in between", async () => {
  await open();
  let isLost = false;
  await page.route(`**${script(3)}*`, async (route) => {
    if (isLost || route.request().method() !== "POST") return route.continue();
    isLost = true;
    await route.fetch();
    return route.abort();
  });
  await showCells();
  await generate(3);
  await shows(3, "No connection");

  await page.reload();
  await showCells();
  await generate(3);
  await shows(3, "completed");
  expect(calls.chargesTo(script(3))).toHaveLength(1);

  await generate(3);
  await calls.received(script(3), 2);
  await shows(3, "completed");
  expect(calls.chargesTo(script(3))).toHaveLength(2);
});

it("tells a problem in the person's language, with what to do", async () => {
  await open({ locale: "ja-JP" });
  await showCells();
  await item(1).waitFor();
  const outOfCredits = { status: 422, body: { error: "No credits", error_code: "usable_gen_credit_required" } };
  stack.script(outOfCredits);
  await generate(1);
  const { title, action } = ja.problems.usable_gen_credit_required;
  await shows(1, title);
  await shows(1, action);
  expect(await item(1).getByRole("alert").getAttribute("lang")).toBe("ja");
});

it("can read why the Worker refuses it: the key of another page's origin", async () => {
  await open();
  await showCells(await stack.worker.addClient({ origins: ["https://app.example.com"] }));
  const alert = page.getByRole("alert").filter({ hasText: "Request" });
  await alert.waitFor();
  expect(await alert.textContent()).toContain("Website not allowed");
});

it("goes on watching with a new ticket when the one it has is over", async () => {
  await open();
  const statuses: string[] = [];
  page.on("response", (response) => {
    if (/\/(events|tickets)/.test(response.url()) && response.request().method() !== "OPTIONS")
      statuses.push(`${response.status()} ${response.url().replace(/.*\/|\?.*/g, "")}`);
  });
  await page.route("**/events?ticket=*", async (route) => {
    const [, id] = /generations\/(\d+)/.exec(route.request().url()) ?? [];
    const over = { subject: `generation:${id}`, clientId: "abcDEF0123", expiresAt: Date.now() - 1 };
    const ticket = await createTicket(TICKET_SECRET, over);
    await route.continue({
      url: route
        .request()
        .url()
        .replace(/ticket=.*/, `ticket=${ticket}`),
    });
    await page.unrouteAll();
  });
  await showCells();
  await generate(1);
  await shows(1, "completed");
  expect(statuses).toEqual(["401 events", "201 tickets", "200 events"]);
});

it("fits a phone of 390 px, in the light and in the dark", async () => {
  const backgrounds = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page?.context().close();
    await open({ viewport: { width: 390, height: 800 }, colorScheme });
    await showCells();
    await page.getByRole("listitem").nth(8).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    backgrounds.push((await page.screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } })).toString("base64"));
  }
  expect(new Set(backgrounds).size).toBe(2);
});
