import { readArguments, runCommand, UsageError } from "../../scripts/terminal/command-line.ts";
import { startSimulator } from "./simulator.ts";

/** Four more ports follow the given one. */
const MAX_PORT = 65_531;

const USAGE = `Runs the simulator of GEN alone.

  npm run simulator -- [--port 4010] [--json]

  --port   of the control; GEN's hosts take the four after it. Default: any that are free
  --json   prints the addresses and the key as one line of JSON
  --help   prints this
`;

process.exitCode = await runCommand(async () => {
  const { values } = readArguments(process.argv.slice(2), {
    command: "npm run simulator",
    options: { port: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const port = values.port ?? "0";
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT)
    throw new UsageError(`--port: "${port}" is not valid. Allowed: a whole number up to ${MAX_PORT}.`);
  const simulator = await startSimulator({ port: Number(port) });
  const { urls, apiKey } = simulator;

  if (values.json) {
    console.log(JSON.stringify({ simulator: "gen-edge", apiKey, urls }));
  } else {
    console.log("GEN simulator: a stand-in for GEN on this machine. The real GEN is not contacted.");
    for (const [name, url] of Object.entries(urls)) console.log(`  ${name.padEnd(10)} ${url}`);
    console.log(`  key        ${apiKey}`);
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  return 0;
});
