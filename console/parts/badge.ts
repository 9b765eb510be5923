import { html } from "./html.ts";

type Tone = "good" | "bad" | "warn" | "busy" | "quiet";

const TONES: Readonly<Record<string, Tone>> = {
  settled: "good",
  finished: "good",
  done: "good",
  delivered: "good",
  completed: "good",
  spent: "good",
  accepted: "busy",
  reserved: "busy",
  sending: "busy",
  collecting: "busy",
  queued: "busy",
  running: "busy",
  waiting: "busy",
  paused: "warn",
  stopping: "warn",
  mixed: "warn",
  rejected: "warn",
  refused: "quiet",
  stopped: "quiet",
  not_charged: "quiet",
  unknown: "bad",
  untraced: "bad",
  failed: "bad",
};

/** A state in words; its colour says nothing that the word does not. */
export function Badge({ state, tone }: { readonly state: string; readonly tone?: Tone }) {
  return html`<span class=${`badge ${tone ?? TONES[state] ?? "quiet"}`}>${state.replaceAll("_", " ")}</span>`;
}
