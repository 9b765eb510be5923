/** What must appear nowhere, and the search for it. */
import { CANARY_KEY } from "../support/stack.ts";

export interface Secret {
  readonly name: string;
  /** Of a signing secret, the part that is secret. */
  readonly text: string;
  /** Whether it may be in an answer to the caller that has it, or is given it. */
  readonly isCallers: boolean;
}

/** The Worker's own. Each is a canary. */
export const GEN_WEBHOOK_SECRET = "chaos-canary-gen-webhook-secret";
export const TICKET_SECRET = "chaos-canary-ticket-secret-0123456789";

export const OWN_SECRETS: readonly Secret[] = [
  { name: "GEN's key", text: CANARY_KEY, isCallers: false },
  { name: "the secret of GEN's webhooks", text: GEN_WEBHOOK_SECRET, isCallers: false },
  { name: "the secret of tickets", text: TICKET_SECRET, isCallers: false },
];

/** A client's key holds its id, too, which is no secret. */
export function toKeySecret(name: string, key: string): Secret {
  return { name: `the key of ${name}`, text: key.split("_")[2] ?? key, isCallers: true };
}

export function toSigningSecret(name: string, secret: string): Secret {
  return { name, text: secret.replace("whsec_", ""), isCallers: false };
}

/** The names of those that are in it. */
export function findSecrets(content: string | Buffer, secrets: readonly Secret[]): string[] {
  return secrets.filter(({ text }) => content.includes(text)).map(({ name }) => name);
}
