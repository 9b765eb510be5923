/**
 * Turns a webhook's delivery into a pipeline's input. The owner's code runs here within one `try`: an error means that
 * the payload is not what the pipeline expects, and does not affect other pipelines.
 */
import { type Checked, checkInput, toUnfit } from "./check-input.ts";
import type { Pipeline, Trigger, WebhookDelivery } from "./define.ts";

type Taken =
  | { readonly kind: "ignored" }
  | { readonly kind: "fits"; readonly raw: unknown }
  | Extract<Checked, { kind: "unfit" }>;

type Listening = Extract<Trigger, { kind: "webhook" }>;

export function takeDelivery(pipeline: Pipeline, source: string, delivery: WebhookDelivery): Taken {
  try {
    const trigger = pipeline.triggers.find((each) => isListening(each, source) && (each.when?.(delivery) ?? true));
    if (trigger === undefined) return { kind: "ignored" };
    const raw = (trigger as Listening).input(delivery);
    const checked = checkInput(pipeline, raw);
    return checked.kind === "fits" ? { kind: "fits", raw } : checked;
  } catch (error) {
    return toUnfit(error);
  }
}

function isListening(trigger: Trigger, source: string): trigger is Listening {
  return trigger.kind === "webhook" && trigger.source === source;
}
