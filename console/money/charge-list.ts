import type { Charge, ChargePage } from "../api/answers.ts";
import type { Live } from "../live/use-live.ts";
import { h } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import type { Place } from "../routes/place.ts";
import { CHARGE_COLUMNS } from "./charge-columns.ts";

interface Props {
  readonly live: Live<ChargePage>;
  readonly place: Place;
  readonly caption: string;
}

export function ChargeList(props: Props) {
  return h(LiveList<Charge, ChargePage>, {
    ...props,
    columns: CHARGE_COLUMNS,
    toRows: ({ charges }) => charges,
    toKey: ({ id, epoch }) => `${id} ${epoch}`,
    empty: "No charges in this time match.",
  });
}
