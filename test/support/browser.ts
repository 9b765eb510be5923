/**
 * A browser for tests: the Chrome of this machine where there is one, else the Chromium that comes in an npm package
 * (Linux on x64), with the libraries that it needs. Nothing is downloaded.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/chromium", import.meta.url));
/** For Amazon's machines the package also unpacks the libraries that a bare Linux lacks; they run on any. */
const UNPACKING = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
const UNPACK = `await (await import("@sparticuz/chromium")).default.executablePath()`;

/** Playwright's own flags alone: those of the package would switch off what tests of CORS are about. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ channel: "chrome" }).catch(async (error) => {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Error("There is no Chrome here. Install Google Chrome to run the tests that need a browser.", {
        cause: error,
      });
    const folder = await unpackChromium();
    return chromium.launch({
      executablePath: join(folder, "chromium"),
      env: { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023/lib") },
    });
  });
}

/** Once for an installation. Test files that come here at the same time unpack it each; the first one's is kept. */
async function unpackChromium(): Promise<string> {
  if (existsSync(CACHE)) return CACHE;
  await mkdir(join(CACHE, ".."), { recursive: true });
  const folder = await mkdtemp(`${CACHE}-`);
  const env = { ...process.env, ...UNPACKING, TMPDIR: folder };
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", UNPACK], { env });
  await rename(folder, CACHE).catch(() => rm(folder, { recursive: true }));
  return CACHE;
}
