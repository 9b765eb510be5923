/** Opens the console in a browser as an operator does, and watches what the page must never do. */
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Console {
  readonly page: Page;
  /** What its content security policy has stopped, errors of its own, and requests to other origins. */
  readonly faults: readonly string[];
  /** Goes to a place: `#/calls`. */
  visit(place: string): Promise<void>;
  close(): Promise<void>;
}

/** An answer that is not a 2xx is written to the log of the browser, too: the page shows it. */
const EXPECTED = /^Failed to load resource: the server responded with a status of/;
const WAIT_MS = 10_000;

export async function openConsole(
  browser: Browser,
  { url }: { readonly url: string },
  options: BrowserContextOptions = {},
): Promise<Console> {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== "data:") faults.push(`asked ${origin}`);
  });
  await page.goto(`${url}/console`);
  return {
    page,
    faults,
    visit: async (place) => {
      await page.goto(`${url}/console${place}`);
      await page.locator("main h1").waitFor();
      await page.locator(".loading, [aria-busy=true]").first().waitFor({ state: "detached" });
    },
    close: () => context.close(),
  };
}

export async function signIn({ page }: Console, key: string): Promise<void> {
  await page.getByLabel("Operator’s key or token").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What axe-core finds that is serious or critical: the rule, and where. */
export async function findBarriers({ page }: Console): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
