import { createRequire } from "node:module";
import { startSimulator } from "./test/simulator/simulator.ts";
import { startWorker } from "./test/support/worker.ts";
const require = createRequire("/tmp/wt/b/package.json");
const { chromium } = require("playwright-core");
const TOKEN = "a-set-up-secret-of-32-characters";
const gen = await startSimulator({ apiKey: "gen_pat_look_1234" });
const worker = await startWorker({ GEN_API_KEY: "gen_pat_look_1234", SETUP_TOKEN: TOKEN, GEN_BASE_URL: gen.urls.api, GEN_AGENT_BASE_URL: gen.urls.agent, GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore });
const browser = await chromium.launch({ executablePath: "/tmp/chromium", args: ["--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote"] });
try {
const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
page.on("console", (m: any) => console.log("console:", m.text()));
page.on("pageerror", (e: any) => console.log("pageerror:", String(e)));
await page.goto(worker.url);
await page.screenshot({ path: "/tmp/a-1.png", fullPage: true });
await page.fill("#token", "wrong-secret-of-many-characters");
await page.keyboard.press("Enter");
await page.waitForSelector("#unlock-fault:not([hidden])");
console.log(await page.textContent("#unlock-fault"));
await page.fill("#token", TOKEN);
await page.keyboard.press("Enter");
await page.waitForSelector("#make:not([hidden])");
console.log("overflow", await page.evaluate("document.documentElement.scrollWidth"));
await page.screenshot({ path: "/tmp/a-2.png", fullPage: true });
await page.fill("#agents", "4 2");
await page.click("#make-button");
await page.waitForSelector("#make-fault:not([hidden])");
console.log(await page.textContent("#make-fault"));
await page.fill("#agents", "42");
await page.click("#make-button");
await page.waitForSelector("#done:not([hidden])");
console.log("overflow", await page.evaluate("document.documentElement.scrollWidth"), page.url());
await page.screenshot({ path: "/tmp/a-3.png", fullPage: true });
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize({ width: 1200, height: 900 });
await page.screenshot({ path: "/tmp/a-4.png", fullPage: true });
} finally {
await browser.close(); await worker.close(); await gen.close();
}
