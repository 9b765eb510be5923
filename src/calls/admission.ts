import type { Failure } from "../gen/failure.ts";
import { toShown } from "../gen/failure.ts";
import type { Operation } from "../gen/operation.ts";
import type { Permit } from "../resilience/host-health.ts";
import type { KeptCall } from "./kept-call.ts";

const MIN_HOLD_MS = 100;

/** Permission for one request to GEN. Null while the circuit is open, in a pause, or for `holdMs`: the call is held. */
export function admit(call: KeptCall, { host, scope }: Operation, holdMs = 0): Permit | null {
  const health = call.isolate.gen.health[host];
  const attempting = { by: call.record.submission.clientId, pauseGroup: scope };
  const permit = holdMs > 0 ? null : health.admit(call.now, attempting);
  if (permit === null) {
    const heldMs = Math.max(health.heldForMs(call.now, attempting), holdMs, MIN_HOLD_MS);
    call.apply({ kind: "held", until: call.now + heldMs });
  }
  return permit;
}

/** Records what the request showed about GEN's host. `failure`: null when GEN answered. */
export function learn(call: KeptCall, { host, scope }: Operation, permit: Permit, failure: Failure | null): void {
  call.isolate.gen.health[host].learn(permit, scope, toShown(failure), call.now);
}
