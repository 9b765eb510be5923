import type { Delivery } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  readonly delivery: Delivery;
  readonly onDone: () => void;
}

export function DeliverAgain({ delivery, onDone }: Props) {
  const { id, source, delivery_id } = delivery;
  const choice = {
    name: "Deliver again",
    run: () => ask<Partial<Delivery>>(`/deliveries/${encodeURIComponent(id)}/deliver`, { method: "POST" }),
    toDone: ({ outcome }: Partial<Delivery>) =>
      outcome === "rejected" ? "It still fits no pipeline." : "It was delivered.",
  };
  return h(
    Action<Partial<Delivery>>,
    {
      name: "Deliver …",
      label: `Deliver ${delivery_id ?? id} again`,
      title: "Deliver it again?",
      choices: [choice],
      onDone,
    },
    html`<p>The delivery ${delivery_id !== null && html`<code>${delivery_id}</code>`} from ${source} is given to its pipeline as it came. Where it fits now, a run starts.</p>`,
  );
}
