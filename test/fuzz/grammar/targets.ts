/** Request targets made from the routes, and changes to them. */
import type { Random } from "../random.ts";
import type { Route } from "../routes.ts";
import { HOSTILE, toId, toPlainId, toText } from "./values.ts";

const AGENT_QUERIES = [
  "agent_id=42",
  "agent_id=42",
  "agent_id=42",
  "agent_id=43",
  "agent_id=42&agent_id=43",
  "agent_id[]=43",
  "agent_id=42&agent_id[]=43",
  "agent_id=42;agent_id=43",
  "agent_id=42&%61gent_id=43",
  "agent_id=42&agent_id%00=43",
  "agent_id=42&+agent_id=43",
  "agent_id=42&a[agent_id]=43",
  "agent_id=42%00",
  "agent_id=",
  "AGENT_ID=43&agent_id=42",
  "agent_id=42#agent_id=43",
  "agent_id=42&target_agent_id=43",
];

const OTHER_QUERIES = [
  "state=unknown",
  "state=failed",
  "limit=1",
  "limit=-1",
  "limit=1e9",
  "limit=999999999999999999",
  "before=NaN",
  "cursor=1",
  "cursor=%00",
  "from=yesterday",
  "from=275760-09-13T00:00:00.001Z",
  "before=1",
  "client=__proto__",
  "client=%00",
  "page=2&per_page=1000000",
  "ticket=x",
  "ticket",
  "ticket=&ticket=",
  "idempotency_key=k",
  "generation_type=video_from_text",
  "%",
  "%zz=%zz",
  "=",
  "&&&&",
  "?",
  "__proto__=1&constructor=2&__proto__[x]=3",
  "a[b][c][d][e]=1",
];

const BOMBS: readonly (() => string)[] = [
  () => "a=1&".repeat(3_000),
  () => `agent_id=42${"&agent_id=42".repeat(1_200)}`,
  () => `x=${"%41".repeat(4_000)}`,
  () => `a${"[b]".repeat(3_000)}=1`,
  () => "%5B".repeat(4_000),
  () => ";".repeat(12_000),
];

export function makeTarget({ pattern, methods }: Route, random: Random): string {
  const destroys = methods.includes("DELETE") || /\/(?:stop|delete|remove)/.test(pattern);
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => toId(name, random, destroys));
  const query = makeQuery(random);
  const target = query === "" ? path : `${path}?${query}`;
  return random.chance(0.08) ? distort(target, random) : target;
}

/** Targets for agent 42, with ids that exist. */
export function makePlainTarget({ pattern }: Route, random: Random): string {
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => toPlainId(name, random));
  return pattern.includes(":agent") ? path : `${path}?agent_id=42`;
}

function makeQuery(random: Random): string {
  return random.weighted<() => string>([
    [3, () => ""],
    [12, () => random.pick(AGENT_QUERIES)],
    [3, () => `${random.pick(AGENT_QUERIES)}&${random.pick(OTHER_QUERIES)}`],
    [2, () => random.pick(OTHER_QUERIES)],
    [1, () => `agent_id=42&${encodeURIComponent(random.text("abc[].;=", 4))}=${encodeURI(toText(random))}`],
    [0.3, () => random.pick(BOMBS)()],
  ])();
}

function distort(target: string, random: Random): string {
  const at = random.int(0, target.length);
  return random.pick<() => string>([
    () => `/${target}`,
    () => target.replace(/\//g, "//"),
    () => target.replace("/v1/", "/v1/../v1/"),
    () => target.replace("/v1/", "/V1/"),
    () => target.replace("/v1/", "/v1/platform/"),
    () => target.replace("/v1/", "/v1/%2e%2e/platform/"),
    () => `${target.split("?")[0]}/`,
    () => `${target.split("?")[0]}//`,
    () => `http://evil.example${target}`,
    () => `http://user:pass@evil.example${target}`,
    () => `${target.slice(0, at)}${random.pick(HOSTILE)}${target.slice(at)}`,
    () => target.slice(0, Math.max(1, at)),
    () => `${target}#fragment`,
    () => `${target.split("?")[0]}${"/a".repeat(random.pick([10, 2_000]))}`,
  ])();
}
