/** `npm run deploy`: builds the assets, deploys with Wrangler, and says what comes next. The exit code is Wrangler's. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAssets } from "./build-assets.ts";
import { readAddress, renderNextSteps } from "./deploy/next-steps.ts";
import { ROOT, WRANGLER } from "./local/wrangler.ts";

const USAGE = `Builds the assets, deploys the Worker with Wrangler, and says what comes next.

  npm run deploy                                          deploys
  npm run deploy -- --secrets-file .dev.vars.production   the first time: with its secrets
  npm run deploy -- --dry-run                             builds, and deploys nothing

  --help   prints this

Every other option is passed on to \`wrangler deploy\`: \`npx wrangler deploy --help\` lists them.
`;

const SECRET_BYTES = 24;

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) console.log(USAGE);
else process.exitCode = await deploy(args);

async function deploy(options: readonly string[]): Promise<number> {
  buildAssets();
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-deploy-"));
  const output = join(folder, "output.json");
  try {
    // It keeps the terminal: it may ask something. So it tells the address in a file.
    const child = spawn(process.execPath, [WRANGLER, "deploy", "--minify", ...options], {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_OUTPUT_FILE_PATH: output },
      stdio: "inherit",
    });
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0 && !options.includes("--dry-run")) {
      const url = existsSync(output) ? readAddress(readFileSync(output, "utf8")) : null;
      const secret = process.stdout.isTTY ? randomBytes(SECRET_BYTES).toString("base64") : null;
      console.log(renderNextSteps({ url, secret }));
    }
    return code ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
