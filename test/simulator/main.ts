import { parseArgs } from "node:util";
import { startSimulator } from "./simulator.ts";

const { values } = parseArgs({ options: { port: { type: "string" }, json: { type: "boolean" } } });
const simulator = await startSimulator({ port: Number(values.port ?? 0) });
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
