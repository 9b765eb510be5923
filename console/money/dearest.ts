import type { ChargePage } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { toMoney } from "../routes/links.ts";
import type { Place } from "../routes/place.ts";
import { ChargeList } from "./charge-list.ts";
import type { readFilter } from "./filter.ts";

interface Props {
  readonly place: Place;
  readonly toFilter: () => ReturnType<typeof readFilter>;
}

const EVERY_MS = 20_000;
const SHOWN = 5;

/** The dearest charges of the time, with a way to all of them. */
export function Dearest({ place, toFilter }: Props) {
  const toPath = () => withQuery("/v1/usage/charges", { ...toFilter(), order: "credits", limit: SHOWN });
  const live = useLive<ChargePage>(toPath(), toPath, EVERY_MS);
  const { value } = live;
  const all = toMoney("charges", { ...Object.fromEntries(place.query), by: null });
  return html`<section aria-labelledby="dearest">
    <div class="section-title"><h2 id="dearest">Dearest calls</h2><a href=${all}>All charges of this time</a></div>
    ${h(ChargeList, { place, caption: "Dearest calls", live: { ...live, value: value && { ...value, cursor: null } } })}
  </section>`;
}
