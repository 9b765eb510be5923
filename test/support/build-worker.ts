import { execFileSync } from "node:child_process";

/** Builds the Worker once before the end-to-end tests, the way a deployment does. */
export default function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
}
