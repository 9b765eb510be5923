/** What wrangler prints besides the Worker's log lines, for people: one line for each thing that matters. */

export type Notice =
  /** The changed code runs. */
  | { readonly kind: "reloaded" }
  /** It does not: it can't be built. */
  | { readonly kind: "not-built" }
  | { readonly kind: "text"; readonly text: string };

/** Wrangler's own announcements, and what follows when the code throws as it is loaded: `start-once-mended.ts` says that. */
const OF_NO_USE = [
  /^\[wrangler:/,
  /^⎔/,
  /^🪵/,
  /^If you think this is a bug/,
  /^Note that there is a newer version/,
  /^(?:✘|▲) \[\w+\] (?:service core:|A DurableObjectNamespace in the config|Worker "|The Workers runtime failed to start)/,
];
const HEAD = /^(?:✘|▲) \[\w+\] /;

/** Reads wrangler's lines one by one. The indented lines below an error are left out: stacks, and excerpts of code. */
export function createNoticeReader(): (line: string) => Notice | null {
  let isBelowHead = false;
  return (line) => {
    if (isBelowHead && /^(?:\s|$)/.test(line)) return null;
    isBelowHead = HEAD.test(line);
    if (line.trim() === "") return null;
    if (line.startsWith("⎔ Local server updated")) return { kind: "reloaded" };
    if (/^✘ \[ERROR\] Build failed/.test(line)) return { kind: "not-built" };
    if (OF_NO_USE.some((pattern) => pattern.test(line))) return null;
    return { kind: "text", text: line.replace(HEAD, "") };
  };
}
