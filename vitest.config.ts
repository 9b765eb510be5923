import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildAssets } from "./scripts/build-assets.ts";
import { copyConfig } from "./test/support/config-copy.ts";

// wrangler.toml names their folder, and nothing starts without it.
buildAssets();

/** Long enough for a busy machine: only a test that fails waits for it. */
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } };

/** Three projects: pure rules in Node, pieces inside workerd, and the built Worker over real sockets. */
export default defineConfig({
  test: {
    // Most of a test is waiting, for clocks and for processes: three files at a time on two cores.
    maxWorkers: 3,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], ...PATIENCE } },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: copyConfig() },
            miniflare: { bindings: { GEN_API_KEY: "gen_pat_integration_key" } },
          }),
        ],
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...PATIENCE },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/build-worker.ts"],
          ...PATIENCE,
        },
      },
    ],
  },
});
