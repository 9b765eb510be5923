/** A simulated GEN, the built Worker in front of it with every feature enabled, and clients of every kind. */
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
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
  /** What its policy says beside the usual; null where it has none. */
  readonly policy: Partial<Policy> | null;
}

/** Null for users. */
export function toClientId({ isToken, text }: Credential): string | null {
  return isToken ? null : (text.split("_")[1] ?? null);
}

/** A client whose policy names no scopes has all. */
export function isOperator({ isToken, policy }: Credential): boolean {
  return !isToken && (policy?.scopes?.includes("operator") ?? true);
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
  PRICES: "render=50, runs.create=5",
};

/** So little that they are met within seconds. */
const TAG_BUDGETS = "tag:* 8 calls/day; tag:customer-17 150 credits/day; tag:customer-17 40 calls/month";
/** With these every charged call is reserved before it is sent, and what can't be counted is refused. */
const COMMON_BUDGETS = "all 100000 calls/day; account:default 100000 calls/month; pipeline:* 50 calls/day";

export type WorldName = "well" | "ill";

/** The tags whose budget is in credits. */
export const TAGS_IN_CREDITS: ReadonlySet<string> = new Set(["customer-17"]);

const BUDGETS: Readonly<Record<WorldName, string>> = {
  well: TAG_BUDGETS,
  ill: `${TAG_BUDGETS}; ${COMMON_BUDGETS}`,
};

export async function startWorld(name: WorldName, idp: IdentityProvider): Promise<World> {
  const stack = await startStack({ ...VARS, ...SECRET_VARS, ...idp.vars, BUDGETS: BUDGETS[name] });
  for (const id of ["7", "8", "9"]) stack.gen.control.setOrganization(id, { generic: 1e9 });
  const genToken = await createGenToken(GEN_WEBHOOK_SECRET, "42", 1);
  return { ...stack, credentials: await createCredentials(stack, idp), genToken };
}

const MOST_SCOPES = ["read", "edit", "generate", "publish", "ideas", "pipelines"] as const;

const POLICIES: Readonly<Record<string, Partial<Policy>>> = {
  confined: { agents: ["42"], scopes: [...MOST_SCOPES] },
  page: { origins: [APP_ORIGIN], scopes: ["read", "generate"] },
  bounded: { sheets: ["101"], generationTypes: ["text"], chargesPerDay: 20 },
  reader: { scopes: ["read"] },
  /** Whose money is limited. Without the scope `operator`. */
  counted: { scopes: [...MOST_SCOPES], chargesPerDay: 5, chargesPerMonth: 100, tag: "web" },
  thrifty: { scopes: [...MOST_SCOPES], creditsPerDay: 60, creditsPerMonth: 1_000, tagRequired: true },
  priced: {
    scopes: [...MOST_SCOPES],
    creditsPerMonth: 2_000,
    maxCredits: 100,
    prices: { render: 30, "sheets.act": 2 },
  },
};

/** The names of the clients that may make charged calls. */
export const PAYING: readonly string[] = ["all", "confined", "bounded", "user", "counted", "thrifty", "priced"];

async function createCredentials({ worker, key }: Stack, idp: IdentityProvider): Promise<readonly Credential[]> {
  await worker.putPolicy(idp.policy, { scopes: [...MOST_SCOPES], origins: [APP_ORIGIN] });
  const revoked = await worker.addClient();
  await worker.removeClient(revoked);
  const good = { isToken: false, isConfined: false, isGood: true, policy: null };
  const bad = { ...good, isGood: false };
  const { valid, ...wrong } = idp.tokens;
  const clients = Object.entries(POLICIES).map(async ([name, policy]) => {
    return { ...good, name, policy, isConfined: policy.agents !== undefined, text: await worker.addClient(policy) };
  });
  return [
    { ...good, name: "all", text: key },
    ...(await Promise.all(clients)),
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
