import type { Spending } from "../api/answers.ts";
import { html } from "../parts/html.ts";
import { formatNumber } from "../parts/time.ts";
import { toShare } from "./bounds.ts";

interface Props {
  readonly name: string;
  readonly spending: Spending;
  readonly limit: number | null | undefined;
}

const NEARLY = 0.8;

export function UsageBar({ name, spending, limit }: Props) {
  const { spent, reserved } = spending;
  const used = spent + reserved;
  const share = toShare(used, limit);
  const open = reserved > 0 ? `, ${formatNumber(reserved)} of them reserved` : "";
  const text =
    share === null
      ? `${formatNumber(used)}${open}, no bound`
      : `${formatNumber(used)} of ${formatNumber(limit ?? 0)}${open}`;
  const tone = share === null || share < NEARLY ? "" : share < 1 ? "warn" : "bad";
  return html`<div class="usage">
    <span>${name}: ${text}</span>
    ${share !== null && html`<meter class=${tone} min="0" max="1" value=${share} aria-label=${name}>${Math.round(share * 100)} %</meter>`}
  </div>`;
}
