import type { Texts } from "./translations.ts";

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d9dee3, #3a424b); --quiet: light-dark(#57606a, #9aa4af);
    --accent: light-dark(#0b57d0, #8ab4f8); --card: light-dark(#fff, #161b22); --ground: light-dark(#f5f7f9, #0d1117); }
  * { box-sizing: border-box; }
  body { font: 1rem/1.6 system-ui, sans-serif; margin: 0; background: var(--ground); overflow-wrap: break-word; }
  header, main { max-width: 44rem; margin: 0 auto; padding: 1rem 1.5rem; }
  header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
  header a:first-child { font-weight: 600; margin-right: auto; }
  main { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 2rem; margin-bottom: 4rem; }
  a { color: var(--accent); }
  code { font: 0.9em ui-monospace, monospace; color: var(--quiet); }
  h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
  h2 { font-size: 0.85rem; color: var(--quiet); margin: 1.75rem 0 0; }
  p, ul { margin: 0.25rem 0 0; }
  ul { padding-left: 1.1rem; }
  dt { margin-top: 1rem; }
  dd { margin: 0; }
  @media (max-width: 46rem) { main { border-width: 1px 0; border-radius: 0; padding: 1.5rem; } }
`;

/** No scripts, nothing from elsewhere, and not inside another site's page. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** A page of the Worker's own. All of its texts are ours, so nothing in it needs to be escaped. */
export function renderPage({ language, messages: { page } }: Texts, title: string, main: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
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
