import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { readAddress, renderNextSteps } from "../../../scripts/deploy/next-steps.ts";

it("a deployment's address is the one that Wrangler has told, not a schedule or a route", () => {
  const targets = ["schedule: 0 * * * *", "example.com/*", "https://gen-edge.acme.workers.dev"];
  const lines = [{ type: "wrangler-session" }, { type: "deploy", targets }].map((line) => JSON.stringify(line));
  expect(readAddress(`${lines.join("\n")}\n`)).toBe("https://gen-edge.acme.workers.dev");
  expect(readAddress('not json\n{"type":"deploy"}\nnull')).toBeNull();
});

it("what comes next is said as it must be typed, with a secret only where no log keeps it", () => {
  const url = "https://gen-edge.acme.workers.dev";
  const shown = stripVTControlCharacters(renderNextSteps({ url, secret: "made-just-now" }));
  for (const part of [
    "npx wrangler secret put SETUP_TOKEN",
    `Open ${url}/`,
    "made-just-now",
    `npm run doctor -- --remote --url ${url}`,
  ]) {
    expect(shown).toContain(part);
  }
  const logged = stripVTControlCharacters(renderNextSteps({ url: null, secret: null }));
  expect(logged).toContain("openssl rand -base64 32");
  expect(logged).toContain("https://<worker>/");
});
