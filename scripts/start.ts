/** `npm start`: runs the Worker locally, with a client key, against the simulator or the real GEN. */
import { join } from "node:path";
import { findIdleSchedules, findMistake } from "./local/check-code.ts";
import { readDevVars, selectVariables } from "./local/dev-vars.ts";
import { type LocalStack, readGenHosts, startWithRealGen, startWithSimulator } from "./local/local-stack.ts";
import { isMisspelt, type LogLine } from "./local/log-feed.ts";
import { createNoticeReader, type Notice } from "./local/notices.ts";
import { selectPort } from "./local/preferred-port.ts";
import { startOnceMended } from "./local/start-once-mended.ts";
import { createStopSignal, whenStopped } from "./local/stop-signal.ts";
import { ROOT } from "./local/wrangler.ts";
import { readArguments, runCommand } from "./terminal/command-line.ts";
import { renderLogLine } from "./terminal/log-printer.ts";
import { dim, red, yellow } from "./terminal/style.ts";
import { renderWelcome } from "./terminal/welcome.ts";

const PREFERRED_PORT = 8787;
const RELOADED = "The Worker runs with your change.";

const USAGE = `Runs the Worker on this machine, with a client key, against the simulator or, with GEN_API_KEY in .dev.vars, the real GEN.

  npm start
  <VARIABLE>=<value> npm start   with a variable from the shell; .dev.vars.example lists some

  --json   prints the Worker's log lines as they are, a JSON object each; all else goes to stderr
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
    options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  await run({ say: values.json ? console.error : console.log, isJson: values.json === true });
  return 0;
}

interface Output {
  /** Prints what is not a log line. */
  readonly say: (text: string) => void;
  readonly isJson: boolean;
}

/** Runs until it is stopped. */
async function run({ say, isJson }: Output): Promise<void> {
  const onMistake = (mistake: string) => say(red(mistake));
  const { isReal, variables, unused } = selectVariables(readDevVars(), process.env);
  const genHosts = isReal ? await readGenHosts(variables) : [];
  let isReady = false;
  const readNotice = createNoticeReader();
  say(`Starting the Worker${isReal ? "" : " and a simulated GEN"} …`);
  const port = await selectPort(PREFERRED_PORT);
  if (port !== PREFERRED_PORT) say(yellow(`Port ${PREFERRED_PORT} is taken (another npm start?): using ${port}.`));
  const options = {
    port,
    persistTo: join(ROOT, ".wrangler/state"),
    variables,
    firstId: Math.floor(Date.now() / 1_000),
    onNotice: (text: string) => {
      const notice = readNotice(text);
      if (isReady && notice !== null) void tell(notice, say);
    },
    signal,
  };
  const start = () => (isReal ? startWithRealGen : startWithSimulator)(options);
  const stack = await startOnceMended<LocalStack>(start, { signal, onMistake });
  try {
    const { worker, gen, client, key, operatorKey } = stack;
    say(renderWelcome({ url: worker.url, gen: gen?.urls ?? { hosts: genHosts }, client, key, operatorKey }));
    if (unused.length > 0) say(yellow(`Not used with the simulator: ${unused.join(", ")}. GEN_API_KEY is not set.`));
    const print = (line: LogLine) =>
      console.log(isJson ? JSON.stringify(line) : renderLogLine(line, new Date(), process.stdout));
    for (const line of worker.log.lines.filter(isMisspelt)) print(line);
    worker.log.onLine(print);
    for (const stopped = whenStopped(signal).then(() => null); ; ) {
      isReady = true;
      void tellIdle(say);
      const output = await Promise.race([stopped, worker.ended]);
      isReady = false;
      if (output === null) return say("\nStopping …");
      const failed = new Error(`wrangler dev ended unexpectedly.\n${output}`);
      await startOnceMended(() => worker.restart(), { signal, onMistake, failed });
      say(dim(RELOADED));
    }
  } finally {
    await stack.close();
  }
}

async function tell(notice: Notice, say: Output["say"]): Promise<void> {
  switch (notice.kind) {
    case "text":
      return say(dim(notice.text));
    case "not-built": {
      const mistake = await findMistake();
      return mistake === null ? undefined : say(red(mistake));
    }
    case "reloaded":
      say(dim(RELOADED));
      return tellIdle(say);
  }
}

async function tellIdle(say: Output["say"]): Promise<void> {
  for (const sentence of await findIdleSchedules()) say(yellow(sentence));
}
