import type { Texts } from "./translations.ts";

/** No scripts, nothing from elsewhere but its style from here, and not inside another site's page. */
export const PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** A page of the Worker's own. All of its texts are ours, so nothing in it needs to be escaped. */
export function renderPage({ language, messages: { page } }: Texts, title: string, main: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/docs/own-pages.css">
</head>
<body>
<header><a href="/">gen-edge</a><a href="/problems">${page.all_codes}</a><a href="/docs">${page.docs}</a></header>
<main>
${main}
</main>
</body>
</html>
`;
}
