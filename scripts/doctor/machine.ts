import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WRANGLER } from "../local/wrangler.ts";
import { type Finding, right, wrong } from "./finding.ts";

const MIN_NODE = 20;

/** The version that npm itself runs with: this project brings its own for its commands. */
export function readNodeVersion(userAgent: string | undefined): string | null {
  return /\bnode\/v(\d+\.\d+\.\d+)/.exec(userAgent ?? "")?.[1] ?? null;
}

export function checkNode(version: string): Finding {
  const name = "Node";
  if (Number(version.split(".")[0]) >= MIN_NODE) return right(name, version);
  return wrong(name, `${version} is too old.`, `Install Node ${MIN_NODE} or newer: https://nodejs.org`);
}

export function checkWrangler(path = WRANGLER): Finding {
  const name = "Wrangler";
  if (!existsSync(path)) return wrong(name, "It is not installed.", "npm ci");
  const manifest = join(dirname(dirname(path)), "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return right(name, version);
}
