/**
 * Whether what costs credits may be sent: the one rule for requests and for durable calls. An isolate asks the switch
 * at most every few seconds, so a call costs no request to it while there is traffic.
 *
 * When the switch can't be reached, what is known of it holds: "paused" as long as it takes, "open" for a minute. After
 * that nothing is sent that costs credits: a switch that stops spending must not fail open. It costs little, because a
 * charged call needs another of the Worker's objects anyway.
 */
import type { Charges, ChargesJudgement, ChargesKnowledge, Isolate } from "../context.ts";
import { SINGLETON } from "../objects/gate.ts";
import { within } from "../resilience/within.ts";

/** What is known is used this long. So a pause takes effect everywhere within this time. */
const FRESH_MS = 5_000;
/** From this age on one caller asks again while the others go on by what is known. */
const RENEW_MS = 2_500;
/** "Open" is relied on this long when the switch can't be reached. */
const STALE_MS = 60_000;
/** The longest wait for the switch. */
const ASK_MS = 2_000;

export class ChargesGate implements Charges {
  readonly #isolate: Pick<Isolate, "config" | "objects" | "clock" | "log">;
  #known: ChargesKnowledge | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(isolate: Pick<Isolate, "config" | "objects" | "clock" | "log">) {
    this.#isolate = isolate;
  }

  /** What is known of the switch, to be passed on to another isolate. */
  get known(): ChargesKnowledge | null {
    return this.#known;
  }

  /** Takes over what another isolate knows, if it is not older. */
  learn(known: ChargesKnowledge): void {
    const at = Math.min(known.at, this.#isolate.clock.now());
    if (at >= (this.#known?.at ?? Number.NEGATIVE_INFINITY)) this.#known = { ...known, at };
  }

  async judge(): Promise<ChargesJudgement> {
    const { clock, config } = this.#isolate;
    if (config.chargesPaused) return "paused";
    const now = clock.now();
    const ageMs = this.#known === null ? Number.POSITIVE_INFINITY : now - this.#known.at;
    const isDue = ageMs >= FRESH_MS || (ageMs >= RENEW_MS && now - this.#askedAt >= RENEW_MS);
    // Each asks for itself: in Workers a request's I/O ends with that request, so no other may wait for it.
    if (isDue && now - this.#failedAt >= RENEW_MS) await this.#ask(now);
    return this.#toJudgement(clock.now());
  }

  async #ask(now: number): Promise<void> {
    const { clock, log, objects } = this.#isolate;
    this.#askedAt = now;
    const asked = objects.CHARGES.getByName(SINGLETON).view();
    const answer = await within(ASK_MS, asked, clock).catch((error) => ({ kind: "failed", error }) as const);
    if (answer.kind === "done") return this.learn({ isPaused: answer.value.pausedSince !== null, at: now });
    this.#failedAt = clock.now();
    const error = answer.kind === "late" ? "The switch of charges does not answer." : String(answer.error);
    log("error", { message: "object_unreachable", request_id: null, error });
  }

  #toJudgement(now: number): ChargesJudgement {
    if (this.#known === null) return "unclear";
    if (this.#known.isPaused) return "paused";
    return now - this.#known.at < STALE_MS ? "open" : "unclear";
  }
}
