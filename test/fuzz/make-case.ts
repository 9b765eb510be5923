/** A case: its number and the seed decide the world it is sent to and all that is sent. */
import { makeBody, makeExactOrder, makePlainOrder } from "./grammar/bodies.ts";
import {
  makeHeaders,
  makeKey,
  makePreference,
  pickCredential,
  pickPaying,
  toCredentialHeaders,
  toPlainHeaders,
} from "./grammar/headers.ts";
import { LISTS, makeListQuery } from "./grammar/lists.ts";
import { type Header, hasHeader, type Shot, withHeaders } from "./grammar/shot.ts";
import { makeTags, readTags } from "./grammar/tags.ts";
import { makePlainTarget, makeTarget } from "./grammar/targets.ts";
import { makeWatch } from "./grammar/tickets.ts";
import { makeGenWebhook, makeSourceWebhook } from "./grammar/webhooks.ts";
import { sendOdd, sendWhole, type Wire } from "./grammar/wire.ts";
import { toListJudge } from "./judge/judge-list.ts";
import { toTagJudge } from "./judge/judge-money.ts";
import { bytes, type Judge, type Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { FORWARDED, OWN, type Route } from "./routes.ts";
import { CANARIES } from "./secrets.ts";
import { BUDGET_MS, MAX_WAIT_MS, toClientId, type World } from "./world.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND"];
const CHARGED = FORWARDED.filter(({ isCharged }) => isCharged);
/** Requests that the simulated GEN carries out most easily. */
const ORDERS = CHARGED.filter(({ pattern }) => /\/(?:generate|render|actions|continue)$/.test(pattern));
const MOST_ORDERS = 1_000;
const MOST_AT_ONCE = 5;

export async function makeCase(number: number, world: World, random: Random): Promise<Plan> {
  const { shot, times, isConfined, isTraced, judge } = await makeShot(world, random);
  const traceId = isTraced ? toTraceId(number) : null;
  const named = hasHeader(shot, "x-request-id") ? shot : withHeaders(shot, ["X-Request-Id", `case-${number}`]);
  const traced = traceId === null ? named : withHeaders(named, ["traceparent", `00-${traceId}-00f067aa0ba902b7-01`]);
  const isOdd = random.chance(0.12);
  const wire = isOdd ? sendOdd(traced, random) : sendWhole(traced, random);
  return {
    ...wire,
    what: [wire.what, shot.method, shot.target.slice(0, 100)].filter((each) => each !== "").join(" "),
    times: isOdd ? 1 : times,
    budgetMs: toBudget(shot),
    isPlanted: isPlanted(wire),
    requestId: hasHeader(shot, "x-request-id") ? null : `case-${number}`,
    traceId,
    isConfined,
    judge,
  };
}

function toTraceId(number: number): string {
  return `c0${number.toString(16).padStart(30, "0")}`;
}

interface Aimed {
  readonly shot: Shot;
  readonly times: number;
  readonly isConfined: boolean;
  readonly isTraced: boolean;
  readonly judge: Judge | null;
}

async function makeShot(world: World, random: Random): Promise<Aimed> {
  const alone = (shot: Shot): Aimed => ({ shot, times: 1, isConfined: false, isTraced: false, judge: null });
  return random.weighted<() => Aimed | Promise<Aimed>>([
    [30, () => aim(random.pick(FORWARDED), world, random)],
    [12, () => aim(random.pick(OWN), world, random)],
    [8, () => race(aim(random.pick(CHARGED), world, random), random)],
    [32, () => order(world, random)],
    [10, () => list(world, random)],
    [8, async () => alone(await makeWatch(random))],
    [8, () => alone(makeSourceWebhook(random))],
    [4, () => alone(makeGenWebhook(world, random))],
    [
      3,
      () =>
        alone({ method: random.pick(METHODS), target: makeTarget(random.pick(OWN), random), headers: [], body: [] }),
    ],
  ])();
}

function aim(route: Route, world: World, random: Random): Aimed {
  const credential = pickCredential(world, random);
  const method = random.chance(0.92) ? random.pick(route.methods) : random.pick(METHODS);
  const body = method === "GET" && random.chance(0.95) ? { headers: [], parts: [] } : makeBody(random);
  const headers = [...toCredentialHeaders(credential, random), ...makeHeaders(random)];
  const shot = withHeaders({ method, target: makeTarget(route, random), headers, body: body.parts }, ...body.headers);
  return { shot, times: 1, isConfined: credential.isConfined, isTraced: credential.isConfined, judge: null };
}

/**
 * A valid request, so that the code after all checks is reached, too; its tag may be none. Its key depends on its
 * content and tag, so that it is repeated.
 */
function order(world: World, random: Random): Aimed {
  const credential = pickPaying(world, random);
  const number = random.int(1, MOST_ORDERS);
  const same = new Random(number);
  const route = same.pick(same.chance(0.7) ? ORDERS : CHARGED);
  const content = same.chance(0.3) ? makePlainOrder(same) : makeExactOrder(route.pattern, same);
  const headers: readonly Header[] = [
    ...toPlainHeaders(credential),
    ...makePreference(random),
    ["Content-Type", "application/json"],
    ["Idempotency-Key", `order-${number}`],
    ...makeTags(same),
  ];
  const body = [bytes(JSON.stringify(content))];
  const shot = { method: route.methods[0] ?? "POST", target: makePlainTarget(route, same), headers, body };
  const judge = toTagJudge(readTags(headers), credential);
  return { shot, times: random.int(1, MOST_AT_ONCE), isConfined: credential.isConfined, isTraced: true, judge };
}

/** What was spent and done, asked for by whoever may, and by others. */
function list(world: World, random: Random): Aimed {
  const credential = pickCredential(world, random);
  const asked = random.weighted(LISTS.map((each) => [each.isOperators ? 1 : 2, each] as const));
  const query = makeListQuery(asked, random, toClientId(random.pick(world.credentials)));
  const method = random.chance(0.9) ? "GET" : "HEAD";
  const accept: readonly Header[] = random.chance(0.2) ? [["Accept", "text/csv"]] : [];
  const target = query.search === "" ? asked.path : `${asked.path}?${query.search}`;
  const shot = { method, target, headers: [...toPlainHeaders(credential), ...accept], body: [] };
  const judge = toListJudge({ list: asked, query, credential, method });
  return { shot, times: 1, isConfined: false, isTraced: false, judge };
}

/** Sends the request under a key, possibly several times at the same moment: there must be one charge. */
function race({ shot, ...aimed }: Aimed, random: Random): Aimed {
  const keyed = withHeaders(shot, ["Idempotency-Key", makeKey(random)]);
  return { ...aimed, shot: keyed, times: random.int(1, MOST_AT_ONCE) };
}

function toBudget({ headers }: Shot): number {
  const asksToWait = headers.some(([name, value]) => name === "Prefer" && value.includes("wait"));
  return asksToWait ? MAX_WAIT_MS : BUDGET_MS;
}

function isPlanted({ parts }: Wire): boolean {
  return parts.some((part) => part.kind === "bytes" && CANARIES.some((canary) => part.bytes.includes(canary)));
}
