import { SCOPES, TIERS } from "../../src/access/policy.ts";

export const USAGE = `Manages the keys of the Worker's clients, and the policies that users' tokens name.

  npm run clients -- add <name> --scopes <scopes> --agents <agents> [more]   creates a client and prints its key
  npm run clients -- policy <name> --scopes <scopes> --agents <agents> [more]   creates or replaces a policy for tokens
  npm run clients -- list                         lists clients and policies
  npm run clients -- usage <name or id>           what a client has used today and this month
  npm run clients -- rotate <name or id> [--keep 24h]   prints a new key; the previous one stays valid for a while
  npm run clients -- pause <name or id>           refuses calls that cost credits, of a client or a policy
  npm run clients -- resume <name or id>          allows them again
  npm run clients -- revoke <name or id>          deletes a client or a policy

  --scopes    what it may do, separated by commas: ${SCOPES.join(", ")}
  --agents    the agents it may use, separated by commas: 42,43. '*', with the quotes: all agents
  --origins   the web origins it may be used from, separated by commas: https://app.example.com
              Default: none, so only servers and scripts may use it
  --expires   when it expires: a day, 2027-01-01, or a time, 2027-01-01T12:00:00Z. Default: never
  --tier      its rate limit: ${TIERS.join(", ")}. Default: standard
  --account   the GEN account it uses: acme for the secret GEN_API_KEY_ACME. Default: the account of GEN_API_KEY

Bounds, which limit the damage if a key leaks. Default: no bound.
  --operations        only these of the operations that its scopes allow: cells.generate,sheets.get
  --sheets            the sheets it may use, by the id or slug that its requests use: 101,launch-2027
  --generation-types  what it may generate: text,video_from_text; render for renderings
  --other-types       further types of GEN's that this version does not know, by their names
  --models            the models it may use; each request must then name one
  --max-duration      the longest video or song, in seconds: 10
  --charges-per-day   charged calls per day (UTC): 100. --charges-per-month: per month
  --max-credits       what one call may cost, by GEN's estimate: 600. Calls without an estimate are refused
  --credits-per-day   credits per day (UTC), by GEN's estimates: 5000. --credits-per-month: per month
  --price             what a call counts for that GEN can't estimate, by type or operation: render=50. Repeatable

Tags, which say whom or what a call is for (docs/money.md).
  --tag               the tag of all its calls: web
  --tag-required      refuses calls that cost credits and have no tag

  --worker    for usage: the running Worker's address. Default: http://localhost:8787
  --keep      for rotate: how long the previous key stays valid: 24h, 30m, 7d, or 0. Default: 24h
  --remote    the deployed Worker's clients. Default: those of \`npm start\` on this machine
  --persist-to <folder>   the folder of the local state. Default: .wrangler/state
`;
