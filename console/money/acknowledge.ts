import type { UnknownTransaction } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";
import { formatNumber } from "../parts/time.ts";

interface Props {
  readonly transaction: UnknownTransaction;
  readonly onDone: () => void;
}

/** Says that it is known what GEN took it for. */
export function Acknowledge({ transaction, onDone }: Props) {
  const { id, account, amount, purpose } = transaction;
  const credits = `${formatNumber(amount)} credits of ${account}`;
  const choice = {
    name: "Acknowledge",
    run: () => ask<unknown>(`/v1/usage/reconciliation/${encodeURIComponent(id)}/acknowledge`, { method: "POST" }),
    toDone: () => `Acknowledged: ${credits}.`,
  };
  return h(
    Action<unknown>,
    {
      name: "Acknowledge …",
      label: `Acknowledge ${credits}`,
      title: `Acknowledge ${credits}?`,
      choices: [choice],
      onDone,
    },
    html`<p>GEN took them${purpose !== null && html` for “${purpose}”`}, and no charge here fits. Somebody may have used GEN without this Worker: with its app, or with the same key.</p>
      <p>They leave the list, and who said so is written down. No budget counts them.</p>`,
  );
}
