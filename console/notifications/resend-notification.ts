import type { Notification } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  readonly id: string;
  readonly onDone: () => void;
}

export function ResendNotification({ id, onDone }: Props) {
  const choice = {
    name: "Send again",
    run: () => ask<Notification>(`/notifications/${encodeURIComponent(id)}/resend`, { method: "POST" }),
    toDone: ({ state }: Notification) => (state === "delivered" ? "It was delivered." : "It is being sent."),
  };
  return h(
    Action<Notification>,
    { name: "Resend …", label: `Resend ${id}`, title: "Send it again?", choices: [choice], onDone },
    html`<p>The same message goes to <code>NOTIFY_URL</code> again, under the same <code>webhook-id</code>, and is retried over a day.</p>`,
  );
}
