/** Whether calls that cost credits go on, and the switch that stops them all. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Charges } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import type { Live } from "../live/use-live.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";
import { TimeAgo } from "../parts/time-ago.ts";

/** Asked for once, for all that shows it. */
export const ChargesState = createContext<Live<Charges>>({
  value: null,
  problem: null,
  isLoading: true,
  reload: () => {},
});

/** Across the top of every page while charges are paused. */
export function ChargesPaused() {
  const { value } = useContext(ChargesState);
  if (!value?.paused) return null;
  return html`<div class="banner" role="status">
    <p><strong>Charges are paused.</strong> Every call that costs credits is refused${value.since !== null && html`, since ${h(TimeAgo, { at: value.since })}`}.
    ${value.by === "variable" && html` The variable <code>CHARGES_PAUSED</code> does it: change it with a deployment.`}</p>
    ${value.by !== "variable" && h(ResumeCharges, {})}
  </div>`;
}

export function PauseCharges() {
  const { reload } = useContext(ChargesState);
  const choice = {
    name: "Pause charges",
    run: () => ask<Charges>("/v1/charges/pause", { method: "POST" }),
    toDone: () => "Charges are paused.",
    isDanger: true,
  };
  return h(
    Action<Charges>,
    { name: "Pause charges …", title: "Pause charges?", choices: [choice], onDone: reload },
    html`<p>Every call that costs credits is refused from now on, of all clients and pipelines, until charges are resumed. What GEN is already working on goes on.</p>`,
  );
}

function ResumeCharges() {
  const { reload } = useContext(ChargesState);
  const choice = {
    name: "Resume charges",
    run: () => ask<Charges>("/v1/charges/resume", { method: "POST" }),
    toDone: () => "Charges go on.",
  };
  return h(
    Action<Charges>,
    { name: "Resume charges …", title: "Resume charges?", choices: [choice], onDone: reload },
    html`<p>Calls that cost credits are accepted again.</p>`,
  );
}
