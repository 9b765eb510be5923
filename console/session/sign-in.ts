/** What a key is, as the Worker says: a right one, a wrong one, or one that is no operator's. */
import type { CallPage } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { isNotAllowed, isWrongKey, type Problem } from "../api/problem.ts";

export type SignIn =
  | { readonly kind: "operator" }
  | { readonly kind: "wrong"; readonly problem: Problem }
  | { readonly kind: "no-operator"; readonly problem: Problem }
  | { readonly kind: "failed"; readonly problem: Problem };

export async function checkKey(key: string): Promise<SignIn> {
  const answer = await ask<CallPage>("/v1/calls?state=unknown&limit=1", { key });
  if (answer.ok) return { kind: "operator" };
  const { problem } = answer;
  if (isWrongKey(problem)) return { kind: "wrong", problem };
  return { kind: isNotAllowed(problem) ? "no-operator" : "failed", problem };
}
