import { h, html } from "../parts/html.ts";
import { PageTitle } from "../parts/page-title.ts";

export function NotFoundPage() {
  return html`${h(PageTitle, { title: "No such page" })}
    <div class="empty"><p>The console has nothing at this address.</p><p><a href="#/">What waits for a person</a></p></div>`;
}
