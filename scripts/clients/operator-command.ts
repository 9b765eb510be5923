/** What the commands that ask the Worker as an operator have in common. */
import { WranglerError } from "../local/wrangler.ts";
import { CommandError, type Printout } from "./command-error.ts";

export const OPERATOR_OPTIONS = {
  worker: { type: "string" },
  remote: { type: "boolean" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The end of their help. */
export const OPERATOR_USAGE = `  --worker   the running Worker's address. Default: http://localhost:8787
  --remote   the Worker is deployed, and so are its clients. Default: those of \`npm start\` on this machine
  --persist-to <folder>   the folder of the local state. Default: .wrangler/state

  GEN_EDGE_KEY   in the environment: an operator's key (npm run clients -- add ops --scopes operator --agents '*').
                 Without it the command makes a key for this one request among the clients, with the help of wrangler
`;

/** Prints what the command gives, or why it failed. Returns its exit code. */
export async function printOutcome(run: () => Promise<Printout>): Promise<number> {
  try {
    const { out, note } = await run();
    if (out !== undefined) process.stdout.write(out.endsWith("\n") ? out : `${out}\n`);
    if (note !== undefined) console.error(note);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof WranglerError)) throw error;
    console.error(error.message);
    return 1;
  }
}
