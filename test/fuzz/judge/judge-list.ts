/** Whether a list was given to whom it may be given, in the form that `/openapi.json` describes, and of its own alone. */
import { hold, NotAsDescribed } from "../../support/conformance.ts";
import type { List, ListQuery } from "../grammar/lists.ts";
import type { Answer } from "../http-reader.ts";
import type { Judge } from "../plan.ts";
import { type Credential, isOperator, toClientId } from "../world.ts";
import { parseMembers } from "./judge-problem.ts";

interface Asked {
  readonly list: List;
  readonly query: ListQuery;
  readonly credential: Credential;
  readonly method: string;
}

export function toListJudge(asked: Asked): Judge {
  const allowed = listAllowed(asked);
  return async (answer) => [
    ...(allowed.includes(answer.status) ? [] : [`status ${answer.status}, not ${allowed.join(" or ")}`]),
    ...(await compareForm(answer, asked)),
    ...(answer.status === 200 ? listForeign(answer, asked.credential) : []),
  ];
}

function listAllowed({ list, query, credential }: Asked): number[] {
  if (!credential.isGood) return [401, 403];
  const isOperators = isOperator(credential);
  if (list.isOperators && !isOperators) return [403];
  const isForeign = query.client !== null && query.client !== toClientId(credential) && !isOperators;
  const fits = isForeign ? 403 : 200;
  return { fits: [fits], unfit: [400], any: [fits, 400] }[query.kind];
}

async function compareForm({ status, headers, body }: Answer, { list, method }: Asked): Promise<string[]> {
  const content = method === "HEAD" || body.length === 0 ? null : new Uint8Array(body);
  try {
    const held = await hold(new Response(content, { status, headers }), { method, path: list.path, isScripted: false });
    if (method !== "HEAD") await held.text();
    return [];
  } catch (error) {
    if (error instanceof NotAsDescribed) return [error.message];
    throw error;
  }
}

/** Whose charges a client is shown that is no operator. */
function listForeign({ body, headers }: Answer, credential: Credential): string[] {
  const own = toClientId(credential);
  const members = parseMembers(body);
  if (isOperator(credential) || own === null || members === null || !headers.get("content-type")?.includes("json"))
    return [];
  const { client_id: one, charges = [], groups = [], by } = members as Shown;
  const shown = [...charges.map((each) => each.client_id), ...(by === "client" ? groups.map(({ key }) => key) : [])];
  const foreign = [one ?? own, ...shown].filter((id) => id !== own);
  return foreign.map((id) => `${own} is shown what ${id} has spent`);
}

interface Shown {
  readonly client_id?: string;
  readonly charges?: readonly { readonly client_id: string }[];
  readonly groups?: readonly { readonly key: string }[];
  readonly by?: string;
}
