/** The console, in a browser, as an operator uses it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type Console, openConsole, signIn } from "../support/console.ts";
import { cell, durableCalls, eventually, TEXT } from "../support/durable-calls.ts";
import { IDEA, pipelineRuns, type RunBody, startQuickStack } from "../support/pipelines.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { json, readProblem, type Stack } from "../support/stack.ts";

const { url: CELL_URL } = cell(10111);

let browser: Browser;
let receiver: Receiver;
let stack: Stack;
let operator: string;
let shown: Console;
let page: Page;

beforeAll(async () => {
  receiver = await startReceiver();
  const vars = { NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret, CALL_LOST_QUIET_MS: "0" };
  [browser, stack] = await Promise.all([launchBrowser(), startQuickStack(vars)]);
  operator = await stack.worker.addClient({ name: "night-shift", scopes: ["operator", "pipelines"] });
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), stack?.close(), receiver?.close()]);
});
beforeEach(async () => {
  shown = await openConsole(browser, stack.worker);
  page = shown.page;
});
afterEach(async () => {
  expect(shown.faults).toEqual([]);
  await shown.close();
  stack.gen.control.clearFaults();
});

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const button = (name: string | RegExp) => page.getByRole("button", { name });
const inDialog = (name: string | RegExp) => page.getByRole("dialog").getByRole("button", { name });
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();
const enter = async (place = "#/") => {
  await signIn(shown, operator);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await shown.visit(place);
};
const find = async (query: string) => {
  const answer = (await (await stack.call(`/v1/calls?${query}`)).json()) as { calls: { id: string }[] };
  return answer.calls;
};

describe("signing in", () => {
  it("tells a wrong key from one that is no operator's, and keeps the right one in the tab alone", async () => {
    await signIn(shown, "ge_0000000000_wrong");
    await sees("This key is not accepted.");
    await signIn(shown, await stack.worker.addClient({ scopes: ["read", "pipelines"] }));
    await sees("it lacks the scope “operator”");
    await sees("scope_required");

    await signIn(shown, operator);
    await sees("Waits for a person");
    expect(page.url()).not.toContain(operator);
    expect(await page.content()).not.toContain(operator);
    const kept = await page.evaluate("[localStorage.length, document.cookie]");
    expect(kept).toEqual([0, ""]);
    await page.reload();
    await sees("Waits for a person");
  });

  it("holds for links that are opened in a new tab, and ends in all of them", async () => {
    await enter();
    const other = await page.context().newPage();
    await other.goto(`${stack.worker.url}/console#/calls`);
    await other.getByRole("heading", { name: "Calls" }).waitFor();
    await button("Sign out").click();
    await other.getByLabel("Operator’s key or token").waitFor();
    expect(await other.evaluate("sessionStorage.length")).toBe(0);
  });

  it("is asked for again once the key is revoked", async () => {
    const brief = await stack.worker.addClient({ scopes: ["operator"] });
    await signIn(shown, brief);
    await button("Sign out").waitFor();
    await page.route("**/v1/calls?*", (route) => route.fulfill({ status: 401, body: "{}" }));
    await shown.visit("#/calls");
    await sees("The key of this session is no longer accepted.");
  });
});

describe("a call", () => {
  it("is found by its request's id in one step, with its story, and its id is copied with one click", async () => {
    const headers = { "idempotency-key": "console-1", "x-request-id": "what-a-person-quotes" };
    await stack.call(CELL_URL, json("POST", TEXT, headers));
    const [found] = await eventually(
      () => find("q=what-a-person-quotes"),
      ({ length }) => length > 0,
    );
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await enter();
    await page.keyboard.press("/");
    await page.keyboard.type("what-a-person-quotes");
    await page.keyboard.press("Enter");

    await page.getByRole("heading", { name: "cells.generate" }).waitFor();
    expect(page.url()).toContain(`#/calls/${found?.id}`);
    await sees("Sent to GEN");
    await page.getByRole("button", { name: "Copy call id" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(found?.id);
  });

  it("is found by its caller's key, with the client by its name", async () => {
    const as = await stack.worker.addClient({ name: "shop-of-keys", scopes: ["generate"] });
    await calls.generate(CELL_URL, { key: "a key of the caller's", as });
    await enter(`#/calls?${new URLSearchParams({ q: "a key of the caller's", client: "shop-of-keys" })}`);
    await page.getByRole("heading", { name: "cells.generate" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "shop-of-keys" }).waitFor();
  });

  it("is not opened by a search for another, from a list that holds it alone", async () => {
    const headers = { "x-genedge-tag": "only-of-its-tag", "x-request-id": "the-only-one" };
    await stack.call(CELL_URL, json("POST", TEXT, headers));
    await eventually(
      () => find("tag=only-of-its-tag"),
      ({ length }) => length === 1,
    );
    await enter("#/calls?tag=only-of-its-tag");
    await page.getByRole("row", { name: /only-of-its-tag/ }).waitFor();
    await page.getByLabel("Find by any id").fill("no-such-call");
    await page.keyboard.press("Enter");
    await sees(/^No call is known under/);
    expect(page.url()).toContain("#/calls?q=no-such-call");
  });

  it("that is shown while somebody already writes leaves the field its focus", async () => {
    const [any] = await find("limit=1");
    await enter();
    const held = Promise.withResolvers<void>();
    await page.route(`**/v1/calls/${any?.id}`, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${stack.worker.url}/console#/calls/${any?.id}`);
    await page.getByRole("heading", { name: "Call", exact: true }).waitFor();
    await page.keyboard.press("/");
    held.resolve();
    await page.getByRole("heading", { name: "What has happened" }).waitFor();
    await page.keyboard.type("abc");
    expect(await page.getByLabel("Find by any id").inputValue()).toBe("abc");
  });

  it("with an unknown outcome waits on the first page, and is resolved from there", async () => {
    stack.script("done_but_lost");
    const lost = await calls.generate("/v1/agent/run", { body: { agent_id: 42, message: "Three ideas" } });
    expect(await readProblem(lost)).toMatchObject({ error_code: "outcome_unknown" });
    await eventually(
      () => find("state=unknown"),
      ({ length }) => length === 1,
    );
    await enter();
    await page.getByRole("link", { name: "1 Calls with an unknown outcome" }).waitFor();
    await page.getByRole("link", { name: "runs.create" }).click();
    await button("Resolve …").click();
    await inDialog("It was not charged").click();
    await sees("Resolved: it was not charged.");
    expect(await calls.read(lost.headers.get("location"))).toMatchObject({ charged: "no" });
    // The operator is believed, though GEN has charged it: the ledger has nothing of it.
    stack.madeElsewhere(stack.gen.control.ledger().charges.at(-1)?.run_id ?? "");
  });
});

describe("runs", () => {
  const waitsFor = ({ steps }: RunBody, name: string) => steps.find((step) => step.name === name)?.waits_for;

  it("that failed are shown with their steps, and run again from the one that failed", async () => {
    const refusal = { status: 422, body: { error: "No such voice", error_code: "validation_error" } };
    stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path: "/render$" }, outcomes: [refusal] }] });
    const location = await runs.begin("idea-to-video", IDEA);
    await runs.ends(location);

    await enter("#/runs?state=failed");
    await page.getByRole("table", { name: "Runs of idea-to-video" }).getByRole("link").first().click();
    await sees("Failed at “render”");
    await button("Run again …").click();
    await inDialog("Run again").click();
    await page.getByRole("main").getByText("finished", { exact: true }).waitFor();
    expect(await runs.ends(location)).toMatchObject({ state: "finished", reruns: 1 });
  });

  it("that go on can be stopped", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 300_000 } } });
    const location = await runs.begin("idea-to-video", IDEA);
    await runs.reaches(location, (run) => waitsFor(run, "generate Video") === "generation");
    await enter(`#/runs/idea-to-video/${location.split("/").at(-1)}`);
    await button("Stop …").click();
    await inDialog("Stop the run").click();
    await page
      .getByRole("main")
      .getByText(/^stopp(?:ing|ed)$/)
      .waitFor();
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 1, processingMs: 1 } } });
  });
});

describe.each(["#/runs", "#/notifications"])("the list at %s", (place) => {
  it("is asked for since a time, and offers no end, which it does not have", async () => {
    await enter(place);
    await page.getByRole("combobox", { name: "Time" }).selectOption("Since …");
    await page.getByLabel("From").waitFor();
    expect(await page.getByLabel("to", { exact: true }).count()).toBe(0);
  });
});

it("a pipeline that is not there any more is said to be none", async () => {
  await enter("#/runs?pipeline=of-last-year");
  await sees("There is no such pipeline.");
});

describe("notifications", () => {
  it("that failed are counted by a dry run, and then all sent again", async () => {
    receiver.script(410, 410);
    for (const key of ["told-1", "told-2"]) await calls.generate(CELL_URL, { key });
    const failed = async () => {
      const answer = await (await stack.call("/notifications?state=failed")).json();
      return (answer as { notifications: { id: string }[] }).notifications;
    };
    const listed = await eventually(failed, ({ length }) => length === 2);
    const arrivals = () => listed.map(({ id }) => receiver.got.filter((got) => got.id === id).length);
    await enter("#/notifications");
    await button("Resend all failed …").click();
    await inDialog("Count them").click();
    await sees(/^2 failed notifications since/);
    expect(arrivals()).toEqual([1, 1]);
    await inDialog("Resend 2").click();
    await sees("Resend: 2 of 2 failed notifications.");
    await eventually(arrivals, (counts) => counts.join() === "2,2");
  });
});

describe("webhooks", () => {
  it("that fit no pipeline are shown with the reason, and say so again when they still don't", async () => {
    await runs.deliver({ type: "video.requested", data: { agent_id: 42 } }, "msg_fits-nothing");
    await enter("#/webhooks?outcome=rejected");
    await page
      .getByRole("row", { name: /standard-webhooks/ })
      .getByText("sheet")
      .waitFor();
    await page.getByRole("button", { name: "Deliver msg_fits-nothing again" }).click();
    await inDialog("Deliver again").click();
    await page.getByRole("dialog").getByText("input_invalid").waitFor();
  });
});

describe("charges and clients", () => {
  it("charges are paused for all from the first page, which every page says, and resumed", async () => {
    await enter();
    await button("Pause charges …").click();
    await inDialog("Pause charges").click();
    await page.locator(".banner").waitFor();
    expect(await readProblem(await calls.generate(CELL_URL))).toMatchObject({ error_code: "charges_paused" });
    await shown.visit("#/clients");
    await button("Resume charges …").click();
    await inDialog("Resume charges").click();
    await page.locator(".banner").waitFor({ state: "detached" });
    expect((await calls.generate(CELL_URL)).status).toBeLessThan(300);

    await shown.visit("#/audit");
    await sees("charges.pause");
    await sees("charges.resume");
  });

  it("a client's charged calls are paused, and resumed", async () => {
    const key = await stack.worker.addClient({ name: "one-of-many", chargesPerDay: 20 });
    await calls.generate(CELL_URL, { as: key });
    await enter("#/clients");
    await page.getByRole("link", { name: "one-of-many" }).click();
    await sees("Charged calls today: 1 of 20");
    await button("Pause one-of-many").click();
    await inDialog("Pause its charged calls").click();
    await sees("Charged calls of one-of-many are paused.");
    await button("Resume one-of-many").click();
    await inDialog("Resume its charged calls").click();
    await sees("Charged calls of one-of-many go on.");
  });
});

it("what can't be read now is said with its request's id, and shown as soon as it can be", async () => {
  await enter();
  const problem = { title: "Not now", detail: "It rests.", action: "Wait.", error_code: "internal", instance: "req-7" };
  const fail = { status: 500, contentType: "application/problem+json", body: JSON.stringify(problem) };
  await page.route("**/v1/calls?*", (route) => route.fulfill(fail));
  await shown.visit("#/calls");
  await sees("Not now");
  await page.getByRole("button", { name: "Copy request id" }).waitFor();
  await page.unroute("**/v1/calls?*");
  await button("Try again").click();
  await page.getByRole("table", { name: "Calls" }).waitFor();
});

describe("an action", () => {
  const pause = () => inDialog("Pause charges").click();
  beforeEach(async () => {
    await enter();
    await button("Pause charges …").click();
  });

  it("whose answer is lost says that it may have been done", async () => {
    await page.route("**/v1/charges/pause", (route) =>
      route.fulfill({ contentType: "text/html", body: "<p>A proxy</p>" }),
    );
    await pause();
    await page.getByRole("dialog").getByText("Whether it was done is not known.").waitFor();
  });

  it("that is under way stays in sight when Escape is pressed, with how it ends", async () => {
    const held = Promise.withResolvers<void>();
    const problem = { title: "Not now", detail: "It rests.", action: "Wait.", error_code: "internal" };
    await page.route("**/v1/charges/pause", async (route) => {
      await held.promise;
      await route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
    });
    await pause();
    await page.getByRole("dialog").getByRole("button", { name: "Close", disabled: true }).waitFor();
    for (const _ of [1, 2, 3]) await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor();
    held.resolve();
    await page.getByRole("dialog").getByText("Not now").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});

it("times count from the Worker's clock where that of the browser is wrong by days", async () => {
  await calls.generate(CELL_URL);
  const date = new Date().toUTCString();
  await page.clock.install({ time: Date.now() + 3 * 86_400_000 });
  // The platform writes the date of each answer; the one of these tests does not.
  await page.route("**/v1/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), date } });
  });
  await enter("#/calls");
  const rows = page.getByRole("table", { name: "Calls" }).getByRole("row");
  await rows
    .nth(1)
    .getByText(/now|\d+ (?:s|min) ago/)
    .waitFor();
});

it("an answer that is not the Worker's is said, too", async () => {
  await enter();
  await page.route("**/v1/calls?*", (route) => route.fulfill({ contentType: "text/html", body: "<p>A proxy</p>" }));
  await page.goto(`${stack.worker.url}/console#/calls`);
  await page.getByRole("main").getByText("No answer").waitFor();
});

it("a list is asked for again five seconds after its answer while the tab is seen, and not while it is hidden", async () => {
  await page.clock.install();
  await enter("#/calls");
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().includes("/v1/calls?")) asked += 1;
  });
  const isAnswered = page.waitForResponse("**/v1/calls?*");
  await page.clock.runFor(4_900);
  expect(asked).toBe(0);
  await page.clock.runFor(200);
  await isAnswered;
  expect(asked).toBe(1);
  await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
  await page.clock.runFor(60_000);
  expect(asked).toBeLessThanOrEqual(1);
  const isAnsweredAgain = page.waitForResponse("**/v1/calls?*");
  await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
  await isAnsweredAgain;
});

/** The last: GEN's wish to be left alone holds all charged calls back. */
it("a call that is open can be cancelled, and costs nothing then", async () => {
  const busy = { status: 503, headers: { "retry-after": "3600" } };
  const { path, url } = cell(10121);
  stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path }, outcomes: [busy] }] });
  const accepted = await calls.generate(url, { prefer: "respond-async" });
  await calls.received(path);
  const id = accepted.headers.get("location")?.split("/").at(-1);
  await enter(`#/calls/${id}`);
  await button("Cancel …").click();
  await inDialog("Cancel the call").click();
  await page.getByRole("main").getByText("Ended without a charge.").waitFor();
  expect(calls.chargesTo(path)).toEqual([]);
});
