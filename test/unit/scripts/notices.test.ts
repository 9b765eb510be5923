import { describe, expect, it } from "vitest";
import { createNoticeReader } from "../../../scripts/local/notices.ts";

const readAll = (text: string) => {
  const read = createNoticeReader();
  return text.split("\n").flatMap((line) => read(line) ?? []);
};

describe("what wrangler prints", () => {
  it("is told in one line for each error, without its stack", () => {
    const text =
      "✘ [ERROR] Uncaught Error: boom\n\n      at run (file:///x/src/app/own.ts:9:1)\n\n\nhello\n  indented\n";
    expect(readAll(text)).toEqual([
      { kind: "text", text: "Uncaught Error: boom" },
      { kind: "text", text: "hello" },
      { kind: "text", text: "  indented" },
    ]);
  });

  it("is a change that runs, or one that can't be built", () => {
    const text =
      '⎔ Reloading local server...\n⎔ Local server updated and ready\n✘ [ERROR] Build failed with 1 error:\n\n  ✘ [ERROR] Unexpected ";"\n  \n      src/app/own.ts:8:10:\n        8 │ const x = ;';
    expect(readAll(text)).toEqual([{ kind: "reloaded" }, { kind: "not-built" }]);
  });

  it.each([
    "[wrangler:info] GET /health 200 OK (4ms)",
    '✘ [ERROR] service core:user:gen-edge: Uncaught Error: "Bad Name"\n\n    at null.<anonymous> (index.js:1:1)',
    '▲ [WARNING] A DurableObjectNamespace in the config referenced the class "X", but no such class is exported.',
    '✘ [ERROR] Worker "workflows:x"\'s binding "USER_WORKFLOW" refers to service "core:user:x"',
    "✘ [ERROR] The Workers runtime failed to start. There was likely a problem.\n\n  Runtime stderr:\n  {}",
    "If you think this is a bug then please create an issue at https://x.example",
    '🪵  Logs were written to "/x.log"',
  ])("is left out where it says nothing that matters, or is told in another way: %s", (text) => {
    expect(readAll(text)).toEqual([]);
  });
});
