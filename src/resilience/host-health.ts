import { Circuit, type Permit } from "./circuit.ts";
import { Pauses } from "./pauses.ts";
import { RetryThrottle } from "./retry-throttle.ts";

/** What one isolate remembers of one host. It is lost with the isolate; nothing depends on it but load. */
export class HostHealth {
  readonly throttle = new RetryThrottle();
  readonly pauses = new Pauses();
  readonly circuit: Circuit;

  constructor(attemptTimeoutMs: number) {
    this.circuit = new Circuit(attemptTimeoutMs);
  }

  record(permit: Permit, failed: boolean, now: number): void {
    this.throttle.record(failed);
    this.circuit.record(permit, failed, now);
  }
}
