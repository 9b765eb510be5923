/**
 * The outcome of one request. An object without `status` shapes the normal answer; one with `status` is answered
 * instead of the work.
 */
export type Outcome = "pass" | "reset" | "hang" | "done_but_lost" | ShapedOutcome;

export interface ShapedOutcome {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is (as HTML if it begins with `<`), anything else as JSON. */
  readonly body?: unknown;
  /** The body is filler of this many bytes. */
  readonly bodyBytes?: number;
  /**
   * GEN itself answers so, and no proxy in front of it: the answer is remembered under the key if the settings say so.
   */
  readonly own?: boolean;
  /** Waits before the headers; null never answers. */
  readonly delayHeadersMs?: number | null;
  readonly stallBodyAfterBytes?: number;
  /** Null stalls for ever. */
  readonly stallMs?: number | null;
  readonly cutBodyAfterBytes?: number;
  /** Sends the body chunked instead of with a Content-Length. */
  readonly chunked?: boolean;
  /** Does the work (commits and charges), then has this outcome. */
  readonly doneThen?: Outcome;
}

/** An outcome in its parts: whether the work is done, what is answered, and how the answer is sent. */
export interface Plan {
  readonly work: boolean;
  readonly ending: "answer" | "reset" | "close" | "hang";
  /** The answer that is given instead of the work's own. */
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
