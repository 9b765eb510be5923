/** Queries of what was spent and done: right ones, and such as nobody should send. */
import { writeCursor } from "../../../src/activity/cursor.ts";
import { toDay, toMonth } from "../../../src/money/period.ts";
import type { Random } from "../random.ts";
import { HOSTILE, toText } from "./values.ts";

type Parameter = readonly [name: string, value: string];
type Make = (random: Random) => string;

export interface List {
  readonly path: string;
  readonly isOperators: boolean;
  /** Parameters that any others do not mind. */
  readonly parameters: Readonly<Record<string, Make>>;
  /** What it needs. */
  readonly fixed?: Readonly<Record<string, Make>>;
  /** Others than these are refused, and these when they come twice. */
  readonly isStrict: boolean;
}

export interface ListQuery {
  readonly search: string;
  /** `fits`: it must be answered; `unfit`: refused; `any`: either. */
  readonly kind: "fits" | "unfit" | "any";
  /** Of the client that it asks for; null for none. */
  readonly client: string | null;
}

const today = () => toDay(Date.now());
const limit =
  (max: number): Make =>
  (random) =>
    String(random.pick([1, 2, 50, max]));
const of =
  (...values: readonly string[]): Make =>
  (random) =>
    random.pick(values);
const DAYS = {
  from: () => `${toMonth(Date.now())}-01`,
  to: (random: Random) => random.pick([today(), "2126-01-01"]),
};
const ID = of("web", "__proto__", "42", "x".repeat(256), "\u00e9", "%", "a'b\"c", "customer-17");
const FILTERS = { tag: ID, agent: ID, pipeline: ID, operation: of("cells.generate", "x"), type: ID, account: ID };
const CALL_STATES = of("open", "unknown", "settled", "free");

export const LISTS: readonly List[] = [
  { path: "/v1/usage", isOperators: false, isStrict: false, parameters: { x: toText } },
  {
    path: "/v1/usage",
    isOperators: false,
    isStrict: true,
    parameters: { ...DAYS, ...FILTERS, limit: limit(1_000) },
    fixed: { by: of("client", "tag", "agent", "pipeline", "operation", "type", "account", "day") },
  },
  {
    path: "/v1/usage/charges",
    isOperators: false,
    isStrict: true,
    parameters: {
      ...DAYS,
      ...FILTERS,
      limit: limit(1_000),
      order: of("time", "credits"),
      state: of("reserved", "spent", "unknown"),
      ended: of("completed", "failed", "stopped", "mixed"),
    },
  },
  {
    path: "/v1/usage/budgets",
    isOperators: true,
    isStrict: true,
    parameters: { name: ID, limit: limit(100), period: of("2026-01", "2026-11-28", "2099-12-31") },
    fixed: { of: of("client", "tag", "pipeline", "account", "all") },
  },
  {
    path: "/v1/usage/reconciliation",
    isOperators: true,
    isStrict: true,
    parameters: { month: of("2026-01", "2099-12", "0001-01"), limit: limit(100) },
  },
  {
    path: "/v1/calls",
    isOperators: true,
    isStrict: true,
    parameters: {
      q: (random) => random.pick(["9001", "0".repeat(64), `msg_${"0".repeat(32)}`, "case-1", "order-7", "\u00e9 '%"]),
      state: CALL_STATES,
      client: ID,
      agent: ID,
      operation: ID,
      tag: ID,
      pipeline: ID,
      limit: limit(100),
      from: of("2026-01-01", "2026-01-01T00:00:00Z"),
      to: of("2126-01-01"),
    },
  },
  {
    path: "/v1/audit",
    isOperators: true,
    isStrict: true,
    parameters: { limit: limit(100), cursor: of("1", "7", "999999999999999") },
  },
  {
    path: "/activity",
    isOperators: true,
    isStrict: true,
    parameters: { from: today },
    fixed: { step: of("minute", "hour", "day") },
  },
  { path: "/metrics", isOperators: true, isStrict: false, parameters: { x: toText } },
];

/** Places that no list has given out: of other lists, of absurd values, cut off. */
const CURSORS: readonly Make[] = [
  () => writeCursor([0, "0".repeat(64)]),
  () => writeCursor([1e308, "", -1]),
  () => writeCursor([Date.now(), "\u0000'", 0]),
  () => writeCursor([1, "a", 9_007_199_254_740_992]),
  () => writeCursor([1, 2, Date.now(), "f".repeat(64)]),
  () => btoa('[{"toString":1},["a"]]'),
  () => btoa("[".repeat(100)),
  () => btoa('[1e999,"x",0]'),
  () => writeCursor([5, "b"]).slice(0, -2),
  () => "=".repeat(256),
  (random) => String(random.int(-1, 100)),
];

const VALUES: readonly Make[] = [
  (random) => random.pick(HOSTILE),
  toText,
  of("", " ", "0", "-1", "1.5", "1e3", "9".repeat(400), "0x10", "+1", "1 ", "\u0000", "[]", "{}", "a\nb"),
  of("2026-02-30", "2026-13-01", "2026-1-1", "275760-09-13T00:00:00.001Z", "-271821-04-20", "1969-12-31", "yesterday"),
  of("x".repeat(257), "' OR 1=1 --", '"; DROP TABLE charges; --', "%' ESCAPE '", "client:", "all:", "constructor"),
];

/** `client`: for whose spending it may ask. */
export function makeListQuery(
  { path, parameters, fixed = {}, isStrict }: List,
  random: Random,
  client: string | null,
): ListQuery {
  const right = Object.entries(parameters).filter(() => random.chance(0.25));
  const made = [...Object.entries(fixed), ...right].map(([name, make]): Parameter => [name, make(random)]);
  const asked = path.startsWith("/v1/usage") && random.chance(0.2) ? client : null;
  const pairs =
    asked === null || "name" in parameters || "month" in parameters ? made : [...made, ["client", asked] as const];
  const names = [...Object.keys(parameters), ...Object.keys(fixed), "cursor"];
  const repeated = () => random.pick(pairs.length === 0 ? ([["limit", "1"]] as const) : pairs);
  const spoilt = random.weighted<() => { kind: ListQuery["kind"]; pairs: readonly Parameter[] }>([
    [8, () => ({ kind: "fits", pairs })],
    [6, () => ({ kind: "any", pairs: replace(pairs, [random.pick(names), random.pick(VALUES)(random)]) })],
    [4, () => ({ kind: "any", pairs: replace(pairs, ["cursor", random.pick(CURSORS)(random)]) })],
    [1, () => ({ kind: "unfit", pairs: [...pairs, ["limit", "1"], ["limit", "2"]] })],
    [
      1,
      () => ({ kind: "unfit", pairs: [...pairs, repeated(), repeated(), repeated(), ["limit", "1"], ["limit", "1"]] }),
    ],
    [
      1,
      () => ({ kind: "unfit", pairs: [...pairs, [random.pick(["Limit", "limit[]", "sort", "__proto__", ""]), "1"]] }),
    ],
  ])();
  const search = random.chance(0.9) ? encode(spoilt.pairs) : `${encode(spoilt.pairs)}&&`;
  const [, named = null] = spoilt.pairs.find(([name]) => name === "client") ?? [];
  return { search, kind: isStrict ? spoilt.kind : "fits", client: named };
}

function replace(pairs: readonly Parameter[], pair: Parameter): Parameter[] {
  return [...pairs.filter(([name]) => name !== pair[0]), pair];
}

/** Some of the hostile values are percent-encoded already: they are sent as they are. */
function encode(pairs: readonly Parameter[]): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${toQueryValue(value)}`).join("&");
}

function toQueryValue(value: string): string {
  return HOSTILE.includes(value) && /^[\x21-\x7e]*$/.test(value)
    ? value.replace(/[&#]/g, "")
    : encodeURIComponent(value);
}
