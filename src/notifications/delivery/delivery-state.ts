/**
 * The states of one notification's delivery. Pure: `apply` takes a state and an event and returns the next state. An
 * attempt with an unknown outcome counts as failed: the receiver may get a notification twice, but never not at all.
 */
import { isSuccess, type PostOutcome, toAskedMs } from "./outcome.ts";
import { computeDelayMs } from "./schedule.ts";

/** `attempts` counts since it was accepted or last resent. Times are milliseconds since the epoch. */
export type DeliveryState =
  | { readonly kind: "waiting"; readonly attempts: number; readonly dueAt: number }
  | { readonly kind: "sending"; readonly attempts: number }
  | { readonly kind: "delivered"; readonly attempts: number; readonly at: number }
  | {
      readonly kind: "failed";
      readonly attempts: number;
      readonly at: number;
      /** `gone`: the receiver answered 410 and wants no more of it. */
      readonly why: "attempts-spent" | "gone";
    };

export type DeliveryEvent =
  | { readonly kind: "sent" }
  | { readonly kind: "ended"; readonly at: number; readonly outcome: PostOutcome; readonly random: number }
  /** An operator has asked to send it again, or sooner: at `dueAt`. */
  | { readonly kind: "resent"; readonly dueAt: number };

const GONE = 410;

export function accept(at: number): DeliveryState {
  return { kind: "waiting", attempts: 0, dueAt: at };
}

/** The next state. An event that does not apply leaves the state unchanged. */
export function apply(state: DeliveryState, event: DeliveryEvent): DeliveryState {
  switch (event.kind) {
    case "sent":
      return state.kind === "waiting" ? { kind: "sending", attempts: state.attempts + 1 } : state;
    case "ended":
      return state.kind === "sending" ? end(state.attempts, event) : state;
    case "resent":
      return mayResend(state, event.dueAt) ? accept(event.dueAt) : state;
  }
}

/** What is on its way, or due by then, is left as it is: so a resend can be repeated. What has arrived is not sent again. */
function mayResend(state: DeliveryState, dueAt: number): boolean {
  return state.kind === "failed" || (state.kind === "waiting" && state.dueAt > dueAt);
}

function end(attempts: number, { at, outcome, random }: Extract<DeliveryEvent, { kind: "ended" }>): DeliveryState {
  if (isSuccess(outcome)) return { kind: "delivered", attempts, at };
  if (outcome.kind === "answer" && outcome.status === GONE) return { kind: "failed", attempts, at, why: "gone" };
  const delayMs = computeDelayMs(attempts, random);
  if (delayMs === null) return { kind: "failed", attempts, at, why: "attempts-spent" };
  return { kind: "waiting", attempts, dueAt: at + Math.max(delayMs, toAskedMs(outcome)) };
}
