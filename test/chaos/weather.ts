/** How GEN behaves, a few seconds at a time: in each weather it fails in some of its ways, drawn by the seed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../fuzz/random.ts";
import type { SimulatorControl } from "../simulator/control/control.ts";
import type { Outcome } from "../simulator/faults/outcome.ts";

type Share = readonly [share: number, outcome: Outcome];

export interface Weather {
  readonly name: string;
  /** How often it is drawn. */
  readonly weight: number;
  readonly mix: readonly Share[];
  /** How long GEN works on what it charges for before it charges. */
  readonly workMs: number;
  /** When connections to GEN's first host are cut, and for how long new ones are really refused. */
  readonly refused?: { readonly afterMs: number; readonly ms: number };
}

/** What GEN works on before it charges; shorter than the Worker's shortest pause before a repeat. */
const WORK_MS = 120;
/** So long that a connection which breaks meanwhile is followed by a repeat while GEN is still at work. */
const LONG_WORK_MS = 1_500;

const TOLD: Outcome = { status: 503, headers: { "retry-after": "1" }, body: "" };
const BUSY: Outcome = { status: 429, headers: { "retry-after": "1" }, body: "" };
const HTML = "<html><body>Bad gateway</body></html>";

const FLAKY: readonly Share[] = [
  [0.06, { status: 500, body: { error: "Something went wrong" } }],
  [0.04, { status: 502, body: HTML }],
  [0.06, { status: 503, body: "" }],
  [0.04, TOLD],
  [0.04, BUSY],
  [0.04, "reset"],
  [0.05, "done_but_lost"],
  [0.04, { doneThen: { status: 503, body: "" } }],
];

/** In any weather but a good one: what is paid for, and lost, is what all this is about. */
const LOST: readonly Share[] = [
  [0.08, "done_but_lost"],
  [0.05, { doneThen: { status: 503, body: "" } }],
];

export const WEATHERS: readonly Weather[] = [
  { name: "well", weight: 3, workMs: WORK_MS, mix: [] },
  { name: "flaky", weight: 4, workMs: WORK_MS, mix: FLAKY },
  {
    name: "losing answers",
    weight: 3,
    workMs: WORK_MS,
    mix: [
      [0.25, "done_but_lost"],
      [0.1, { doneThen: { status: 503, body: "" } }],
      [0.1, { doneThen: { status: 502, body: HTML } }],
      [0.1, "reset"],
    ],
  },
  {
    name: "cutting bodies",
    weight: 2,
    workMs: WORK_MS,
    mix: [
      [0.15, { cutBodyAfterBytes: 1 }],
      [0.15, { cutBodyAfterBytes: 9, chunked: true }],
      [0.15, { stallBodyAfterBytes: 1, stallMs: 300 }],
    ],
  },
  {
    name: "slow",
    weight: 2,
    workMs: WORK_MS,
    mix: [
      [0.2, { delayHeadersMs: 400 }],
      [0.15, { delayHeadersMs: 1_500 }],
      [0.08, { delayHeadersMs: 4_000 }],
      [0.08, "hang"],
    ],
  },
  {
    name: "strange gateways",
    weight: 2,
    workMs: WORK_MS,
    mix: [
      [0.06, { status: 200, body: {} }],
      [0.06, { status: 200, body: HTML }],
      [0.05, { status: 403, body: HTML }],
      [0.05, { status: 408, body: "" }],
      [0.05, { status: 504, body: HTML }],
      [0.05, { status: 520, body: "" }],
      [0.05, { status: 529, body: "" }],
      [0.05, { status: 409, body: "" }],
      [0.05, { doneThen: { status: 504, body: HTML } }],
    ],
  },
  {
    name: "busy",
    weight: 1,
    workMs: WORK_MS,
    mix: [
      [0.3, BUSY],
      [0.2, TOLD],
    ],
  },
  {
    name: "down",
    weight: 1,
    workMs: WORK_MS,
    mix: [
      [0.7, { status: 503, body: "" }],
      [0.3, "reset"],
    ],
  },
  { name: "refusing connections", weight: 1, workMs: WORK_MS, mix: [], refused: { afterMs: 0, ms: 1_200 } },
  { name: "cut off at work", weight: 1, workMs: LONG_WORK_MS, mix: [], refused: { afterMs: 1_000, ms: 300 } },
];

export function drawWeather(random: Random): Weather {
  return random.weighted(WEATHERS.map((weather) => [weather.weight, weather] as const));
}

/** `seed`: of its faults. */
export async function setWeather(control: SimulatorControl, weather: Weather, seed: number): Promise<void> {
  const { mix, workMs, refused } = weather;
  control.clearFaults();
  control.changeSettings({ workMs });
  const isWell = mix.length === 0;
  control.addFaults({ random: { seed, mix: toMix(isWell ? [] : [...mix, ...LOST]), match: { method: "POST" } } });
  control.addFaults({ random: { seed, mix: toMix(mix) } });
  if (refused === undefined) return;
  await sleep(refused.afterMs);
  await control.refuse("api", refused.ms);
}

function toMix(mix: readonly Share[]) {
  return mix.map(([share, outcome]) => ({ share, outcome }));
}

/** GEN is well, and stays so. */
export async function clearWeather(control: SimulatorControl): Promise<void> {
  control.clearFaults();
  control.changeSettings({ workMs: 0 });
  await control.acceptAgain();
}

/** The kind of an outcome, for the table; null when nothing went wrong. */
export function toFaultKind(outcome: Outcome): string | null {
  if (outcome === "pass") return null;
  if (outcome === "reset") return "connection reset, not done";
  if (outcome === "hang") return "no answer ever, not done";
  if (outcome === "done_but_lost") return "done, answer lost";
  if (outcome.doneThen !== undefined) return `done, then ${toFaultKind(outcome.doneThen) ?? "answered"}`;
  if (outcome.status !== undefined) return `answered ${outcome.status}${outcome.headers ? " with Retry-After" : ""}`;
  if (outcome.cutBodyAfterBytes !== undefined) return "done, body cut";
  if (outcome.stallBodyAfterBytes !== undefined) return "done, body stalled";
  return "done, answered late";
}
