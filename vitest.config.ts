import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildAssets } from "./scripts/build-assets.ts";
import { copyConfig } from "./test/support/config-copy.ts";

// wrangler.toml names their folder, and nothing starts without it.
buildAssets();

/** Three projects: pure rules in Node, pieces inside workerd, and the built Worker over real sockets. */
export default defineConfig({
  test: {
    // Most of a test is waiting, for clocks and for processes: three files at a time on two cores.
    maxWorkers: 3,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: copyConfig() },
            miniflare: { bindings: { GEN_API_KEY: "gen_pat_integration_key" } },
          }),
        ],
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/build-worker.ts"],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
