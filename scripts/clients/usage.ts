import { SCOPES, TIERS } from "../../src/access/policy.ts";

export const USAGE = `Manages the keys that clients of the Worker use, and the policies that users' tokens name.

  npm run clients -- add <name> --scopes <scopes> --agents <agents> [more]   makes a client and prints its key
  npm run clients -- policy <name> --scopes <scopes> --agents <agents> [more]   makes or replaces a policy for tokens
  npm run clients -- list                         clients and policies
  npm run clients -- usage <name or id>           what a client has used of its quota today
  npm run clients -- rotate <name or id> [--keep 24h]   prints a new key; the one before stays good for a while
  npm run clients -- pause <name or id>           refuses calls that cost credits, of a client or a policy
  npm run clients -- resume <name or id>
  npm run clients -- revoke <name or id>          ends a client or a policy

  --scopes    what it may do, separated by commas: ${SCOPES.join(", ")}
  --agents    the agents it may use, separated by commas: 42,43. In quotes '*': all
  --origins   the web pages that may use it, separated by commas: https://app.example.com
              None: no browser may, only servers and scripts
  --expires   the day it stops working, 2027-01-01, or a time, 2027-01-01T12:00:00Z. None: never
  --tier      how often it may ask: ${TIERS.join(", ")}. None: standard
  --account   the GEN account it works with: acme for the secret GEN_API_KEY_ACME. None: GEN_API_KEY

Bounds, for a key that may leak. Without one of them there is no such bound.
  --operations        of what its scopes open, these alone: cells.generate,sheets.get
  --sheets            the sheets it may name, as it names them: 101,launch-2027
  --generation-types  what it may generate: text,video_from_text; render for renderings
  --models            the models it may name, and must
  --max-duration      the longest film or song, in seconds: 10
  --charges-per-day   charged calls a day (UTC): 100
  --max-credits       what one call may cost, by GEN's estimate: 600. What has no price is refused
  --credits-per-day   credits a day (UTC), by the same estimates: 5000

  --worker    for usage: the running Worker's address. None: http://localhost:8787
  --keep      for rotate: how long the key before stays good: 24h, 30m, 7d, or 0. None: 24h
  --remote    the deployed Worker's clients. Without it: those of \`npm start\` on this machine
  --persist-to <folder>   another folder for the local state than .wrangler/state
`;
