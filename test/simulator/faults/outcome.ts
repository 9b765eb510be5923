/** What becomes of one request. An object without `status` is the normal answer, shaped; with one it is answered instead of the work. */
export type Outcome = "pass" | "reset" | "hang" | "done_but_lost" | ShapedOutcome;

export interface ShapedOutcome {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes as it is (HTML if it begins with `<`), anything else as JSON. */
  readonly body?: unknown;
  /** The body is this many bytes of filler. */
  readonly bodyBytes?: number;
  /** GEN itself answers so, not a proxy in front: remembered under the key if the settings say that GEN does. */
  readonly own?: boolean;
  /** Waits before the headers; null never answers. */
  readonly delayHeadersMs?: number | null;
  readonly stallBodyAfterBytes?: number;
  /** Null stalls for ever. */
  readonly stallMs?: number | null;
  readonly cutBodyAfterBytes?: number;
  /** Sends the body chunked instead of with a Content-Length. */
  readonly chunked?: boolean;
  /** Does the work (commits, charges), then this. */
  readonly doneThen?: Outcome;
}

/** An outcome taken apart: is the work done, what is answered, how it goes over the wire. */
export interface Plan {
  readonly work: boolean;
  readonly ending: "answer" | "reset" | "close" | "hang";
  /** The answer given instead of the work's own. */
  readonly instead: ShapedOutcome | undefined;
  readonly shape: ShapedOutcome;
}

const PASS: Plan = { work: true, ending: "answer", instead: undefined, shape: {} };

export function planOutcome(outcome: Outcome): Plan {
  if (outcome === "pass") return PASS;
  if (outcome === "reset") return { ...PASS, work: false, ending: "reset" };
  if (outcome === "hang") return { ...PASS, work: false, ending: "hang" };
  if (outcome === "done_but_lost") return { ...PASS, ending: "close" };
  if (outcome.doneThen !== undefined) {
    const then = planOutcome(outcome.doneThen);
    return { ...then, work: true, shape: { ...outcome, ...then.shape } };
  }
  if (outcome.delayHeadersMs === null) return { ...PASS, work: false, ending: "hang" };
  const instead = outcome.status === undefined ? undefined : outcome;
  return { work: !instead, ending: "answer", instead, shape: outcome };
}
