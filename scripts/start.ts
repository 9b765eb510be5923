/** `npm start`: runs the Worker locally, with a client key, against the simulator or the real GEN. */
import { join } from "node:path";
import { hasGenKey } from "./local/dev-vars.ts";
import { startWithRealGen, startWithSimulator } from "./local/local-stack.ts";
import { isRequestLine } from "./local/log-feed.ts";
import { selectPort } from "./local/preferred-port.ts";
import { createStopSignal, whenStopped } from "./local/stop-signal.ts";
import { ROOT } from "./local/wrangler.ts";
import { describeRequest } from "./terminal/describe-request.ts";
import { dim } from "./terminal/style.ts";
import { renderWelcome } from "./terminal/welcome.ts";

const PREFERRED_PORT = 8787;

const signal = createStopSignal();
process.exitCode = await main().catch((error) => {
  if (signal.aborted) return 0;
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

async function main(): Promise<number> {
  const isReal = hasGenKey();
  let isReady = false;
  console.log(`Starting the Worker${isReal ? "" : " and a simulated GEN"} …`);
  const stack = await (isReal ? startWithRealGen : startWithSimulator)({
    port: await selectPort(PREFERRED_PORT),
    persistTo: join(ROOT, ".wrangler/state"),
    moreVariables: readVariables(),
    firstId: Math.floor(Date.now() / 1_000),
    onNotice: (text) => {
      if (isReady && text.trim() !== "" && !text.startsWith("[wrangler:info]")) console.log(dim(text));
    },
    signal,
  });
  const { worker, gen, key } = stack;
  console.log(renderWelcome({ url: worker.url, gen: gen?.urls ?? null, key }));
  isReady = true;
  worker.log.onLine((line) => console.log(isRequestLine(line) ? describeRequest(line) : JSON.stringify(line)));

  const failure = await Promise.race([whenStopped(signal).then(() => null), worker.ended]);
  isReady = false;
  if (failure === null) console.log("\nStopping …");
  else console.error(`wrangler dev ended unexpectedly.\n${failure}`);
  await stack.close();
  return failure === null ? 0 : 1;
}

/** Variables from the shell for the simulator setup: `GEN_WEBHOOK_SECRET=… NOTIFY_URL=… NOTIFY_SECRET=… npm start`. */
function readVariables(): Record<string, string> {
  const names = /^(?:\w+_WEBHOOK_(?:SECRET|SECRET_NEXT|VERSION)|(?:TICKET|NOTIFY|JWT|PIPELINE)_\w+|CHARGES_PAUSED)$/;
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => names.test(entry[0]) && Boolean(entry[1])),
  );
}
