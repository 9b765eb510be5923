import { createHash, randomBytes } from "node:crypto";
import { GenError } from "./gen-error.ts";

const LIFE_MS = 300_000;

export interface Destruction {
  readonly operation: string;
  readonly userId: number;
  readonly agentId: string;
  readonly target: string;
  /** The content that would be deleted; a token is void once it has changed. */
  readonly content: unknown;
  readonly token: string | undefined;
  readonly now: number;
}

/** The 428 of deletes: a token, used once, bound to user, agent and the target's content. */
export class Confirmations {
  #tokens = new Map<string, { bound: string; expires: number }>();

  /** Returns if the token fits, otherwise throws the 428 with a new token. */
  require(destruction: Destruction): void {
    const { operation, content, token, now } = destruction;
    const bound = bindingOf(destruction);
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (token !== undefined) this.#tokens.delete(token);
    if (known && known.bound === bound && known.expires > now) return;
    const fresh = `confirm_${randomBytes(12).toString("hex")}`;
    this.#tokens.set(fresh, { bound, expires: now + LIFE_MS });
    throw new GenError(428, "confirmation_required", "Deleting this needs a person's confirmation", {
      operation,
      would_destroy: content,
      confirm_token: fresh,
      expires_in: LIFE_MS / 1_000,
      ...(token === undefined ? {} : { token_rejected: true }),
    });
  }

  clear(): void {
    this.#tokens.clear();
  }
}

function bindingOf({ operation, userId, agentId, target, content }: Destruction): string {
  return createHash("sha256")
    .update(JSON.stringify([operation, userId, agentId, target, content]))
    .digest("hex");
}
