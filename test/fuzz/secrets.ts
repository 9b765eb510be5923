/** The secrets of the Worker under test. Each is a canary: it must not appear anywhere. */
import { SOURCES } from "../../src/app/webhooks.ts";
import { toSecretNames } from "../../src/webhooks/source.ts";
import { CANARY_KEY } from "../support/stack.ts";

const WHSEC = "whsec_ZnV6ei1jYW5hcnktc2VjcmV0LW9mLWEtc291cmNl";
const PLAIN = "fuzz-canary-secret-of-a-source";

export const GEN_WEBHOOK_SECRET = "fuzz-canary-gen-webhook-secret";
export const SETUP_TOKEN = "fuzz-canary-setup-token-0123456789";
export const TICKET_SECRET = "fuzz-canary-ticket-secret-0123456789";

/** Senders whose secrets have a form of their own. */
export const SOURCE_SECRETS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SOURCES).map(([source, scheme]) => {
    const fits = (scheme.checkSecret?.(PLAIN) ?? null) === null;
    return [source, fits ? PLAIN : WHSEC];
  }),
);

export const SECRET_VARS: Readonly<Record<string, string>> = {
  GEN_WEBHOOK_SECRET,
  TICKET_SECRET,
  SETUP_TOKEN,
  ...Object.fromEntries(Object.entries(SOURCE_SECRETS).map(([source, secret]) => [toSecretNames(source)[0], secret])),
};

/** The secrets as they would appear in a text: of a signing secret, the part that is secret. */
export const CANARIES: readonly string[] = [
  CANARY_KEY,
  GEN_WEBHOOK_SECRET,
  TICKET_SECRET,
  SETUP_TOKEN,
  PLAIN,
  WHSEC.replace("whsec_", ""),
];
