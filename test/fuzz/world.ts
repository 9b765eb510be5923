/** A simulated GEN, the built Worker in front of it with every feature enabled, and clients of every kind. */
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { CANARY_KEY, type Stack, startStack } from "../support/stack.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { GEN_WEBHOOK_SECRET, SECRET_VARS } from "./secrets.ts";

export const BUDGET_MS = 2_000;
export const MAX_WAIT_MS = 3_000;
export const APP_ORIGIN = "https://app.example.com";

export interface Credential {
  readonly name: string;
  /** The value for `X-API-Key` or after `Bearer`. */
  readonly text: string;
  readonly isToken: boolean;
  readonly isConfined: boolean;
  /** Whether it is valid. */
  readonly isGood: boolean;
}

export interface World extends Stack {
  readonly credentials: readonly Credential[];
  /** The token of GEN's webhooks for agent 42. */
  readonly genToken: string;
}

const VARS = {
  HTTP_BUDGET_MS: String(BUDGET_MS),
  MAX_WAIT_MS: String(MAX_WAIT_MS),
  WEBHOOK_BUDGET_MS: String(BUDGET_MS),
  ATTEMPT_TIMEOUT_MS: "1000",
  CALL_TIMEOUT_MS: "2000",
  CALL_QUIET_MS: "1000",
  CALL_LOST_QUIET_MS: "250",
  BACKOFF_BASE_MS: "50",
};

export async function startWorld(idp: IdentityProvider): Promise<World> {
  const stack = await startStack({ ...VARS, ...SECRET_VARS, ...idp.vars });
  for (const id of ["7", "8", "9"]) stack.gen.control.setOrganization(id, { generic: 1e9 });
  const genToken = await createGenToken(GEN_WEBHOOK_SECRET, "42", 1);
  return { ...stack, credentials: await createCredentials(stack, idp), genToken };
}

async function createCredentials({ worker, key }: Stack, idp: IdentityProvider): Promise<readonly Credential[]> {
  const mostScopes = ["read", "edit", "generate", "publish", "ideas", "pipelines"] as const;
  await worker.putPolicy(idp.policy, { scopes: [...mostScopes], origins: [APP_ORIGIN] });
  const revoked = await worker.addClient();
  await worker.removeClient(revoked);
  const good = { isToken: false, isConfined: false, isGood: true };
  const bad = { ...good, isGood: false };
  const { valid, ...wrong } = idp.tokens;
  return [
    { ...good, name: "all", text: key },
    {
      ...good,
      name: "confined",
      isConfined: true,
      text: await worker.addClient({ agents: ["42"], scopes: [...mostScopes] }),
    },
    { ...good, name: "page", text: await worker.addClient({ origins: [APP_ORIGIN], scopes: ["read", "generate"] }) },
    {
      ...good,
      name: "bounded",
      text: await worker.addClient({ sheets: ["101"], generationTypes: ["text"], chargesPerDay: 20 }),
    },
    { ...good, name: "reader", text: await worker.addClient({ scopes: ["read"] }) },
    { ...good, name: "user", isToken: true, text: valid },
    { ...bad, name: "expired", text: await worker.addClient({ expiresAt: 1 }) },
    { ...bad, name: "revoked", text: revoked },
    {
      ...bad,
      name: "another secret",
      text: formatClientKey({ id: key.split("_")[1] ?? "", secret: createClientKey().secret }),
    },
    { ...bad, name: "GEN's key", text: CANARY_KEY },
    ...Object.entries(wrong).map(([name, text]) => ({ ...bad, name: `token: ${name}`, isToken: true, text })),
  ];
}
