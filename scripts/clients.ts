/** `npm run clients -- add|list|revoke`. Exit code 0: done, 1: it could not be done, 2: it was not asked for rightly. */
import { parseArgs } from "node:util";
import { addClient, CommandError, type Printout, revokeClient, showClients } from "./clients/commands.ts";
import { parsePolicy } from "./clients/parse-policy.ts";
import { USAGE } from "./clients/usage.ts";
import { WranglerError } from "./local/wrangler.ts";

const OPTIONS = {
  scopes: { type: "string" },
  agents: { type: "string" },
  origins: { type: "string" },
  expires: { type: "string" },
  remote: { type: "boolean" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const REMOTE_HINT =
  "--remote needs a deployed Worker (npm run deploy) and access to its account: `npx wrangler login`, or CLOUDFLARE_API_TOKEN. With several accounts, set CLOUDFLARE_ACCOUNT_ID too.";

class UsageError extends Error {}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const { out, note } = await run(args);
    if (out !== undefined) console.log(out);
    if (note !== undefined) console.error(note);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    if (error instanceof CommandError || error instanceof WranglerError) {
      console.error(error.message);
      if (args.includes("--remote") && error instanceof WranglerError) console.error(REMOTE_HINT);
      return 1;
    }
    throw error;
  }
}

async function run(args: string[]): Promise<Printout> {
  const { values, positionals } = parse(args);
  const [command, name, ...rest] = positionals;
  if (values.help) return { out: USAGE };
  if (command === undefined) throw new UsageError(USAGE);
  if (values.remote && values["persist-to"] !== undefined)
    throw new UsageError("--persist-to is for local clients only.");
  if (rest.length > 0)
    throw new UsageError(`Too many words: ${rest.join(" ")}. For all agents write --agents '*', with the quotes.`);
  const place = { remote: values.remote ?? false, persistTo: values["persist-to"] };
  switch (command) {
    case "add": {
      const { scopes, agents, origins, expires } = values;
      const parsed = parsePolicy({ name, scopes, agents, origins, expires }, Date.now());
      if (!parsed.ok) throw new UsageError(parsed.mistakes.join("\n"));
      return addClient(place, parsed.policy);
    }
    case "list":
      return showClients(place);
    case "revoke":
      if (name === undefined) throw new UsageError("Which one? Name it: npm run clients -- revoke <name or id>");
      return revokeClient(place, name);
    default:
      throw new UsageError(`There is no command "${command}".\n\n${USAGE}`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
