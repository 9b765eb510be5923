/** Reads GEN's list of credit transactions: `[{id, amount, purpose, is_incoming, source, created_at}]`. Pure. */
import * as v from "valibot";
import { parseJsonBytes } from "../../encoding/json.ts";
import { toId } from "../../gen/id.ts";
import { parseCredits } from "../../money/credits.ts";
import type { Transaction } from "../../money/reconciliation/transaction.ts";
import { redact } from "../../observability/redact.ts";

const MAX_ID_CHARS = 256;
const MAX_TEXT_CHARS = 200;

const Id = v.pipe(v.unknown(), v.transform(toId), v.string(), v.maxLength(MAX_ID_CHARS));
/** A number, or a numeric string. `is_incoming` says in which direction it went. */
const Amount = v.pipe(v.unknown(), v.transform(parseAmount), v.number());
const Time = v.pipe(v.string(), v.transform(Date.parse), v.number(), v.safeInteger(), v.minValue(0));
const Line = v.object({
  id: Id,
  amount: Amount,
  purpose: v.nullish(v.string()),
  is_incoming: v.boolean(),
  source: v.nullish(v.record(v.string(), v.unknown())),
  created_at: Time,
});
const Lines = v.array(Line);

interface Reader {
  readonly account: string;
  /** They are removed from GEN's texts. */
  readonly secrets: readonly string[];
}

/** Null for an answer that differs from GEN's reference: one line of another form, and nothing in it counts. */
export function parseTransactions(bytes: Uint8Array, { account, secrets }: Reader): Transaction[] | null {
  const parsed = v.safeParse(Lines, parseJsonBytes(bytes));
  if (!parsed.success) return null;
  const toText = (text: unknown, most: number) =>
    typeof text === "string" ? redact(text, secrets).slice(0, most).toWellFormed() : null;
  const toName = (id: unknown) => toText(toId(id), MAX_ID_CHARS);
  return parsed.output.map(({ id, amount, purpose, is_incoming: isIncoming, source, created_at: at }) => ({
    id: redact(id, secrets),
    account,
    at,
    amount: isIncoming ? -amount : amount,
    purpose: toText(purpose, MAX_TEXT_CHARS),
    source: source ? toSource(source, { toName, toText: (text) => toText(text, MAX_TEXT_CHARS) }) : null,
  }));
}

function parseAmount(amount: unknown): number | null {
  if (typeof amount === "number") return parseCredits(Math.abs(amount));
  return parseCredits(typeof amount === "string" ? amount.replace(/^-/, "") : amount);
}

interface Texts {
  readonly toName: (id: unknown) => string | null;
  readonly toText: (text: unknown) => string | null;
}

/** The documented members alone. */
function toSource(source: Readonly<Record<string, unknown>>, { toName, toText }: Texts): Transaction["source"] {
  const { service, tool, request_id, type, id } = source;
  return "id" in source || "type" in source
    ? { type: toText(type), id: toName(id) }
    : { service: toText(service), tool: toText(tool), request_id: toName(request_id) };
}
