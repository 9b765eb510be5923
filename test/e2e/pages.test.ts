import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMPOSITION } from "../../src/problems/composition.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { findTranslation } from "../support/translations.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "de-AT,de;q=0.9" };
const de = findTranslation("de");

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${stack.worker.url}${path}`, { headers });

/** The page as a browser gets it: it may run nothing, and load its style alone. */
async function open(path: string): Promise<string> {
  const response = await get(path, BROWSER);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-language")).toBe("de");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self'; base-uri/);
  return response.text();
}

const linksOf = (page: string) => [...page.matchAll(/href="([^"]+)"/g)].map(([, href = ""]) => href);

describe("the address itself", () => {
  it("says to a person what it is, whether it runs and where things are, in the person's language", async () => {
    const page = await open("/");
    expect(page).toContain(de.page.home_what);
    expect(page).toContain(de.page.home_running);
    expect(linksOf(page)).toEqual(expect.arrayContaining(["/docs", "/problems", "/openapi.json"]));
  });

  it("gives a program its links, without a key", async () => {
    const response = await get("/");
    expect(await response.json()).toEqual({
      name: "gen-edge",
      version: expect.any(String),
      status: "ok",
      docs: "/docs",
      console: "/console",
      openapi: "/openapi.json",
      problems: "/problems",
      health: "/health",
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("has a style that a browser takes as one", async () => {
    const [style = ""] = linksOf(await open("/")).filter((link) => link.endsWith(".css"));
    expect((await get(style)).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });

  it("links to nothing that is not there", async () => {
    const links = new Set([...linksOf(await open("/")), ...linksOf(await open("/problems"))]);
    const statuses = await Promise.all([...links].map(async (link) => [link, (await get(link)).status] as const));
    expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
  });
});

describe("the list of problems", () => {
  it("has every code, in the person's language, with a link to its page", async () => {
    const page = await open("/problems");
    for (const code of Object.keys(COMPOSITION)) expect(linksOf(page)).toContain(`/problems/${code}`);
    expect(page).toContain(de.problems.gen_timeout.title);
  });

  it("is JSON for a program, in the same words as a code's own page", async () => {
    const { problems } = (await (await get("/problems")).json()) as { problems: { code: string }[] };
    expect(problems.map(({ code }) => code)).toEqual(Object.keys(COMPOSITION));
    const own = await (await get("/problems/quota_exhausted")).json();
    expect(problems.find(({ code }) => code === "quota_exhausted")).toEqual(own);
  });
});

describe("the page of a problem", () => {
  it("says of credits and of trying again what is true of this code", async () => {
    const input = await open("/problems/file_size_exceeded");
    expect(input).toContain(de.charged.no);
    expect(input).toContain(de.retry.no);
    const fault = await open("/problems/gen_timeout");
    expect(fault).toContain(de.page.charged_varies);
    expect(fault).toContain(de.page.retry_varies);
  });

  it("says nothing of trying again where the action says it, and leaves no gap for a wait", async () => {
    const page = await open("/problems/quota_exhausted");
    expect(page).not.toContain(de.page.trying_again);
    expect(page).toContain(de.problems.quota_exhausted.action.replace("{wait}", de.page.soon));
  });
});
