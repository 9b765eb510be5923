/** The calls whose outcome is unknown, listed until an operator has resolved each. One object. */
import { DurableObject } from "cloudflare:workers";
import type { OperationName } from "../gen/operations.ts";

interface UnknownCall {
  readonly callId: string;
  readonly clientId: string;
  readonly operation: OperationName;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const MAX_LISTED = 1_000;

export class UnknownCalls extends DurableObject<Env> {
  async add(call: UnknownCall): Promise<void> {
    this.ctx.storage.kv.put(call.callId, call);
  }

  async remove(callId: string): Promise<void> {
    this.ctx.storage.kv.delete(callId);
  }

  /** Counts to a thousand. */
  async count(): Promise<number> {
    return [...this.ctx.storage.kv.list({ limit: MAX_LISTED })].length;
  }

  /** Oldest first, at most a thousand. */
  async list(): Promise<UnknownCall[]> {
    const calls = [...this.ctx.storage.kv.list<UnknownCall>({ limit: MAX_LISTED })].map(([, call]) => call);
    return calls.sort((a, b) => a.at - b.at);
  }
}
