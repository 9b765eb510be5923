import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Charges } from "../api/answers.ts";
import { ClientNames, useClientNames } from "../clients/client-names.ts";
import { Now, useTicks } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { ChargesPaused, ChargesState } from "../now/charges.ts";
import { Boundary } from "../parts/boundary.ts";
import { h, html } from "../parts/html.ts";
import { Say } from "../parts/toast.ts";
import { usePlace } from "../routes/use-place.ts";
import { Header } from "./header.ts";
import { showPage } from "./pages.ts";

const SAID_MS = 6_000;

/** All that is around a page. */
export function Shell({ onSignOut }: { readonly onSignOut: () => void }) {
  const place = usePlace();
  const path = place.path.join("/");
  const now = useTicks();
  const charges = useLive<Charges>("charges", () => "/v1/charges");
  const names = useClientNames();
  const [said, setSaid] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = useCallback((text: string) => {
    setSaid(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(""), SAID_MS);
  }, []);
  // Another page begins at its top.
  useEffect(() => scrollTo(0, 0), [path]);
  const page = html`<a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    ${h(Header, { place, onSignOut })}
    ${h(ChargesPaused, {})}
    <main id="main" tabindex="-1">${h(Boundary, { key: path }, showPage(place))}</main>
    <div class=${said === "" ? "toast" : "toast shown"} role="status">${said}</div>`;
  const known = h(ClientNames.Provider, { value: names, children: page });
  const charged = h(ChargesState.Provider, { value: charges, children: known });
  return h(Now.Provider, { value: now, children: h(Say.Provider, { value: say, children: charged }) });
}

/** The address is the place, so that it can't name the content. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
