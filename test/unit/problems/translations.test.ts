import { describe, expect, it } from "vitest";
import { en } from "../../../src/problems/english.ts";
import { Translations } from "../../../src/problems/translations.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { findTranslation } from "../../support/translations.ts";

const de = findTranslation("de");
const ENGLISH = { language: "en", messages: en };

function createShelf(fetch: (url: string) => Promise<Response>) {
  const asked: string[] = [];
  const lines: unknown[] = [];
  const clock = new FakeClock();
  const assets = {
    fetch: (url: string) => {
      asked.push(new URL(url).pathname);
      return fetch(url);
    },
  };
  return {
    asked,
    clock,
    lines,
    shelf: new Translations(assets, clock, (level, line) => lines.push({ level, ...line })),
  };
}

describe("the texts of a language", () => {
  it("are fetched when they are first asked for, and kept", async () => {
    const { asked, shelf } = createShelf(async () => Response.json(de));
    expect(await shelf.select("de")).toEqual({ language: "de", messages: de });
    expect(await shelf.select("de")).toEqual({ language: "de", messages: de });
    expect(asked).toEqual(["/messages/de.json"]);
  });

  it("are there without a file for English", async () => {
    const { asked, shelf } = createShelf(async () => Response.json(de));
    expect(await shelf.select("en")).toEqual(ENGLISH);
    expect(asked).toEqual([]);
  });

  it.each([
    ["is missing", async () => new Response(null, { status: 404 })],
    ["is no JSON", async () => new Response("<html>")],
    ["can't be fetched", async () => Promise.reject(new Error("overloaded"))],
  ])("are English where the file %s, which is logged, and the next one tries again", async (_, fetch) => {
    const { asked, lines, shelf } = createShelf(fetch);
    expect(await shelf.select("de")).toEqual(ENGLISH);
    expect(await shelf.select("de")).toEqual(ENGLISH);
    expect(asked).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: "warn", message: "texts_missing", language: "de" });
  });

  it("are English where the file does not come within a second", async () => {
    const { clock, shelf } = createShelf(() => new Promise(() => {}));
    const selecting = shelf.select("de");
    await clock.advance(1_000);
    expect(await selecting).toEqual(ENGLISH);
  });
});
