import { SCOPES } from "../../src/access/policy.ts";

export const USAGE = `Manages the keys that clients of the Worker use.

  npm run clients -- add <name> --scopes <scopes> --agents <agents> [--origins <origins>] [--expires <date>]
  npm run clients -- list
  npm run clients -- revoke <name or id>

  --scopes    what it may do, separated by commas: ${SCOPES.join(", ")}
  --agents    the agents it may use, separated by commas: 42,43. In quotes '*': all
  --origins   the web pages that may use it, separated by commas: https://app.example.com
              None: no browser may, only servers and scripts
  --expires   the day it stops working, 2027-01-01, or a time, 2027-01-01T12:00:00Z. None: never

  --remote    the deployed Worker's clients. Without it: those of \`npm start\` on this machine
  --persist-to <folder>   another folder for the local state than .wrangler/state
`;
