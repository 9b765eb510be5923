import type { ComponentChildren } from "preact";
import { h, html } from "../parts/html.ts";
import { PageTitle } from "../parts/page-title.ts";
import { Tabs } from "../parts/tabs.ts";
import { toMoney } from "../routes/links.ts";

const PAGES = [
  { name: "Spending", page: null, title: "Money" },
  { name: "Charges", page: "charges", title: "Charges" },
  { name: "Against GEN", page: "reconciliation", title: "Held against GEN" },
] as const;

interface Props {
  readonly page: (typeof PAGES)[number]["page"];
  readonly children?: ComponentChildren;
}

/** The heading of the money's pages, and the way between them. */
export function MoneyTitle({ page, children }: Props) {
  const tabs = PAGES.map(({ name, page: each }) => ({ name, href: toMoney(each), isCurrent: each === page }));
  const title = PAGES.find((each) => each.page === page)?.title ?? "Money";
  return html`${h(PageTitle, { title }, children)}${h(Tabs, { label: "Pages of the money", tabs })}`;
}
