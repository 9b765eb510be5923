/** `npm start`: runs the Worker locally, with a client key, against the simulator or the real GEN. */
import { join } from "node:path";
import { readDevVars, selectVariables } from "./local/dev-vars.ts";
import { readGenHosts, startWithRealGen, startWithSimulator } from "./local/local-stack.ts";
import { isMisspelt, isRequestLine, type LogLine } from "./local/log-feed.ts";
import { selectPort } from "./local/preferred-port.ts";
import { createStopSignal, whenStopped } from "./local/stop-signal.ts";
import { ROOT } from "./local/wrangler.ts";
import { readArguments, runCommand } from "./terminal/command-line.ts";
import { describeMisspelt } from "./terminal/describe-misspelt.ts";
import { describeRequest } from "./terminal/describe-request.ts";
import { dim, yellow } from "./terminal/style.ts";
import { renderWelcome } from "./terminal/welcome.ts";

const PREFERRED_PORT = 8787;

const USAGE = `Runs the Worker on this machine, with a client key, against the simulator or, with GEN_API_KEY in .dev.vars, the real GEN.

  npm start
  <VARIABLE>=<value> npm start   with a variable from the shell; .dev.vars.example lists some

  --help   prints this

The port is ${PREFERRED_PORT}, or any that is free. Ctrl-C stops everything.
`;

const signal = createStopSignal();
process.exitCode = await runCommand(main).catch((error) => {
  if (signal.aborted) return 0;
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

async function main(): Promise<number> {
  const { values } = readArguments(process.argv.slice(2), {
    command: "npm start",
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { isReal, variables, unused } = selectVariables(readDevVars(), process.env);
  const genHosts = isReal ? await readGenHosts(variables) : [];
  let isReady = false;
  console.log(`Starting the Worker${isReal ? "" : " and a simulated GEN"} …`);
  const stack = await (isReal ? startWithRealGen : startWithSimulator)({
    port: await selectPort(PREFERRED_PORT),
    persistTo: join(ROOT, ".wrangler/state"),
    variables,
    firstId: Math.floor(Date.now() / 1_000),
    onNotice: (text) => {
      if (isReady && text.trim() !== "" && !text.startsWith("[wrangler:info]")) console.log(dim(text));
    },
    signal,
  });
  const { worker, gen, key } = stack;
  console.log(renderWelcome({ url: worker.url, gen: gen?.urls ?? { hosts: genHosts }, key }));
  if (unused.length > 0)
    console.log(yellow(`Not used with the simulator: ${unused.join(", ")}. GEN_API_KEY is not set.`));
  for (const line of worker.log.lines.filter(isMisspelt)) console.log(describeLine(line));
  isReady = true;
  worker.log.onLine((line) => console.log(describeLine(line)));

  const failure = await Promise.race([whenStopped(signal).then(() => null), worker.ended]);
  isReady = false;
  if (failure === null) console.log("\nStopping …");
  else console.error(`wrangler dev ended unexpectedly.\n${failure}`);
  await stack.close();
  return failure === null ? 0 : 1;
}

function describeLine(line: LogLine): string {
  if (isRequestLine(line)) return describeRequest(line);
  return isMisspelt(line) ? yellow(describeMisspelt(line)) : JSON.stringify(line);
}
