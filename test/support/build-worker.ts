import { execFileSync } from "node:child_process";
import { buildTestBundle } from "./test-bundle.ts";

/** Builds the Worker once before the end-to-end tests, as a deployment does, and once more with the test pipelines. */
export default function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
  buildTestBundle();
}
