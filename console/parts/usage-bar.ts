import { html } from "./html.ts";
import { toShare } from "./share.ts";
import { formatNumber } from "./time.ts";

interface Props {
  /** For a screen reader, too. */
  readonly name: string;
  /** Shown in place of the name. */
  readonly title?: unknown;
  readonly used: number;
  /** How much of it is reserved for what is under way. */
  readonly reserved?: number;
  readonly limit: number | null | undefined;
  readonly unit?: string;
}

const NEARLY = 0.8;

/** How much of a bound is used. */
export function UsageBar({ name, title = name, used, reserved = 0, limit, unit = "" }: Props) {
  const share = toShare(used, limit);
  const open = reserved > 0 ? `, ${formatNumber(reserved)} of them reserved` : "";
  const text =
    share === null
      ? `${formatNumber(used)}${unit}${open}, no bound`
      : `${formatNumber(used)} of ${formatNumber(limit ?? 0)}${unit}${open}`;
  const tone = share === null || share < NEARLY ? "" : share < 1 ? "warn" : "bad";
  return html`<div class="usage">
    <span>${title}: ${text}</span>
    ${share !== null && html`<meter class=${tone} min="0" max="1" value=${share} aria-label=${name}>${Math.round(share * 100)} %</meter>`}
  </div>`;
}
