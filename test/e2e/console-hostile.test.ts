/** The console shows what strangers, callers, GEN and runs write as text, holds no secret, and bars nobody. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type Console, findBarriers, openConsole, signIn } from "../support/console.ts";
import { cell, durableCalls, eventually, TEXT } from "../support/durable-calls.ts";
import { IDEA, pipelineRuns, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { CANARY_KEY, json, type Stack } from "../support/stack.ts";

const MARKUP = `"><script>taken()</script><img src=x onerror=taken()>`;
/** As long as a name and a tag may be, with nowhere to break. */
const LONGEST = "n".repeat(63);
const { path: CELL, url: CELL_URL } = cell(10111);

let browser: Browser;
let receiver: Receiver;
let stack: Stack;
let operator: string;
let shown: Console;
/** Every page, with items of every kind. */
let places: Record<string, string>;

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);

/** Writes the markup wherever somebody else than an operator can write a text that is kept, and GEN also its key. */
async function writeEverywhere(): Promise<void> {
  const text = MARKUP;
  const ofGen = `${MARKUP} ${CANARY_KEY}`;
  const refusal = { status: 422, body: { error: ofGen, error_code: ofGen } };
  stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path: CELL }, outcomes: [refusal] }] });
  await calls.generate(CELL_URL, { key: MARKUP.replaceAll(/[^\x21-\x7e]/g, "") });
  const answered = await calls.generate(CELL_URL, {
    body: { generation_type: "text", data: { prompt: text, model: "m" } },
  });
  const call = answered.headers.get("location")?.split("/").at(-1) ?? "";
  const failing = { status: 404, body: { error: ofGen, error_code: ofGen } };
  stack.gen.control.addFaults({
    rules: [{ match: { method: "POST", path: "/v1/vidsheet/101/rows" }, outcomes: [failing] }],
  });
  const run = await runs.begin("idea-to-video", { ...IDEA, cells: { Script: text } });
  await runs.ends(run);
  await runs.deliver(
    { type: "video.requested", data: { [text]: text, agent_id: text } },
    `msg_${MARKUP.replaceAll(" ", "_")}`,
  );
  const longest = await stack.worker.addClient({ name: LONGEST, chargesPerDay: 3 });
  const tagged = json("POST", TEXT, { "x-api-key": longest, "x-genedge-tag": LONGEST });
  expect((await stack.call(cell(10121).url, tagged)).status).toBe(201);
  const client = longest.split("_")[1] ?? "";
  await eventually(
    async () => (await (await stack.call("/notifications?state=failed")).json()) as { notifications: { id: string }[] },
    ({ notifications }) => notifications.length > 0,
  ).then(({ notifications }) => {
    places = {
      now: "#/",
      calls: "#/calls",
      call: `#/calls/${call}`,
      search: `#/calls?q=${encodeURIComponent(MARKUP)}`,
      runs: "#/runs",
      run: `#/runs/idea-to-video/${run.split("/").at(-1)}`,
      webhooks: "#/webhooks",
      money: `#/money?${new URLSearchParams({ tag: MARKUP, by: MARKUP })}`,
      charges: "#/money/charges",
      reconciliation: `#/money/reconciliation?${new URLSearchParams({ month: MARKUP })}`,
      notifications: "#/notifications?state=failed",
      notification: `#/notifications/${notifications[0]?.id}`,
      clients: "#/clients",
      client: `#/clients/${client}`,
      audit: "#/audit",
      nowhere: `#/${encodeURIComponent(MARKUP)}`,
    };
  });
}

beforeAll(async () => {
  receiver = await startReceiver();
  const vars = { NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret };
  [browser, stack] = await Promise.all([launchBrowser(), startQuickStack(vars)]);
  receiver.script(...Array.from({ length: 20 }, () => 410));
  operator = await stack.worker.addClient({ name: "night-shift", scopes: ["operator", "pipelines"] });
  await writeEverywhere();
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), stack?.close(), receiver?.close()]);
});
afterEach(() => shown.close());

async function enter(options: Parameters<typeof openConsole>[2]): Promise<void> {
  shown = await openConsole(browser, stack.worker, options);
  await signIn(shown, operator);
  await shown.page.getByRole("button", { name: "Sign out" }).waitFor();
}

it("every text of others is text, GEN's key is nowhere, nothing is asked of anybody else, and the policy stops nothing", async () => {
  await enter({});
  const { page } = shown;
  const seen: string[] = [];
  for (const [name, place] of Object.entries(places)) {
    await shown.visit(place);
    for (const closed = page.locator("details:not([open]) > summary"); (await closed.count()) > 0; )
      await closed.first().click();
    const html = await page.content();
    const made = await page.evaluate("[document.scripts.length, document.images.length]");
    expect([html.includes(CANARY_KEY), made], name).toEqual([false, [1, 0]]);
    if ((await page.locator("body").textContent())?.includes("<script>taken()")) seen.push(name);
  }
  expect(seen).toEqual(expect.arrayContaining(["search", "run"]));
  expect(shown.faults).toEqual([]);
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it("no page has a barrier that axe-core calls serious or critical", async () => {
    await enter({ colorScheme });
    for (const [name, place] of Object.entries(places)) {
      await shown.visit(place);
      expect(await findBarriers(shown), name).toEqual([]);
    }
  });

  it("neither has the page on which one signs in", async () => {
    shown = await openConsole(browser, stack.worker, { colorScheme });
    await signIn(shown, "ge_0000000000_wrong");
    await shown.page.getByText("This key is not accepted.").waitFor();
    expect(await findBarriers(shown)).toEqual([]);
  });
});

it.each([390, 901, 1100, 1280])("no page is wider than a screen of %i px", async (width) => {
  await enter({ viewport: { width, height: 800 } });
  for (const [name, place] of Object.entries(places)) {
    await shown.visit(place);
    const over = await shown.page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(over, name).toBeLessThanOrEqual(0);
  }
});

it("every answer with it may run its own script alone, and is shown in no frame", async () => {
  shown = await openConsole(browser, stack.worker);
  for (const file of ["", "/console.js", "/styles.css"]) {
    const { headers } = await fetch(`${stack.worker.url}/console${file}`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy, file).toContain("script-src 'self'; style-src 'self'");
    expect(policy, file).toContain("frame-ancestors 'none'");
    expect(policy, file).not.toContain("unsafe");
  }
});
