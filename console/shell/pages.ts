/** Which page is at which place. */
import type { ComponentChildren } from "preact";
import { AuditPage } from "../audit/audit-page.ts";
import { CallPage } from "../calls/call-page.ts";
import { CallsPage } from "../calls/calls-page.ts";
import { ClientPage } from "../clients/client-page.ts";
import { ClientsPage } from "../clients/clients-page.ts";
import { ChargesPage } from "../money/charges-page.ts";
import { ReconciliationPage } from "../money/reconciliation-page.ts";
import { SpendingPage } from "../money/spending-page.ts";
import { NotificationPage } from "../notifications/notification-page.ts";
import { NotificationsPage } from "../notifications/notifications-page.ts";
import { NowPage } from "../now/now-page.ts";
import { h } from "../parts/html.ts";
import type { Place } from "../routes/place.ts";
import { RunPage } from "../runs/run-page.ts";
import { RunsPage } from "../runs/runs-page.ts";
import { WebhooksPage } from "../webhooks/webhooks-page.ts";
import { NotFoundPage } from "./not-found-page.ts";

export const SECTIONS = [
  { name: "Now", path: "" },
  { name: "Calls", path: "calls" },
  { name: "Runs", path: "runs" },
  { name: "Webhooks", path: "webhooks" },
  { name: "Notifications", path: "notifications" },
  { name: "Money", path: "money" },
  { name: "Clients", path: "clients" },
  { name: "Audit", path: "audit" },
] as const;

export function showPage(place: Place): ComponentChildren {
  const [section = "", first, second] = place.path;
  switch (section) {
    case "":
      return h(NowPage, { place });
    case "calls":
      return first === undefined ? h(CallsPage, { place }) : h(CallPage, { id: first, key: first });
    case "runs":
      return first !== undefined && second !== undefined
        ? h(RunPage, { pipeline: first, id: second, key: second })
        : h(RunsPage, { place });
    case "webhooks":
      return h(WebhooksPage, { place });
    case "notifications":
      return first === undefined ? h(NotificationsPage, { place }) : h(NotificationPage, { id: first, key: first });
    case "money":
      return showMoney(place);
    case "clients":
      return first === undefined ? h(ClientsPage, { place }) : h(ClientPage, { id: first, key: first });
    case "audit":
      return h(AuditPage, { place });
    default:
      return h(NotFoundPage, {});
  }
}

function showMoney(place: Place): ComponentChildren {
  switch (place.path[1]) {
    case undefined:
      return h(SpendingPage, { place });
    case "charges":
      return h(ChargesPage, { place });
    case "reconciliation":
      return h(ReconciliationPage, { place });
    default:
      return h(NotFoundPage, {});
  }
}
