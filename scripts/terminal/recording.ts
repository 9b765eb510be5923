/** A recording of a terminal as an animated SVG: one column of lines, moved up as each came, behind a window of some rows. */

export interface RecordedLine {
  /** Milliseconds since the start of the recording. */
  readonly at: number;
  /** May hold SGR escape sequences (ECMA-48), as `styleText` writes them. */
  readonly text: string;
}

const ROWS = 28;
const COLUMNS = 112;
const CELL = { width: 7.8, height: 17 } as const;
const MARGIN = 16;
/** A longer silence is shown as this long. */
const MAX_GAP_MS = 1_500;
/** How long the end stays before it begins again. */
const END_MS = 5_000;

const STYLES: Readonly<Record<string, string>> = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" };
const ENDS_WEIGHT = "22";
const CSS = `svg{background:#16181d}text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#d6d9e0;white-space:pre}
.b{font-weight:bold}.d{fill:#8a90a0}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#e3b341}.c{fill:#79c0ff}`;

export function renderRecording(lines: readonly RecordedLine[], title: string): string {
  const [width, height] = [COLUMNS * CELL.width + 2 * MARGIN, ROWS * CELL.height + 2 * MARGIN];
  const texts = lines.map(({ text }, index) => `<text y="${(index + 1) * CELL.height - 4}">${toSpans(text)}</text>`);
  const { keyframes, totalMs } = toKeyframes(lines);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<style>${CSS}
@keyframes scroll{${keyframes}}
@media (prefers-reduced-motion:no-preference){#lines{animation:scroll ${Math.round(totalMs)}ms step-end infinite}}</style>
<svg x="${MARGIN}" y="${MARGIN}" width="${width - 2 * MARGIN}" height="${height - 2 * MARGIN}"><g id="lines">
${texts.join("\n")}
</g></svg>
</svg>
`;
}

/** The lines that have not come yet are below the window. */
function toKeyframes(lines: readonly RecordedLine[]): { readonly keyframes: string; readonly totalMs: number } {
  let ms = 0;
  let last = lines[0]?.at ?? 0;
  const moves = lines.map(({ at }, index) => {
    ms += Math.min(MAX_GAP_MS, at - last);
    last = at;
    return { ms, rows: ROWS - index - 1 };
  });
  const totalMs = ms + END_MS;
  const keyframes = moves.map(({ ms: when, rows }) => {
    const share = ((when / totalMs) * 100).toFixed(3);
    return `${share}%{transform:translateY(${rows * CELL.height}px)}`;
  });
  return { keyframes: keyframes.join(""), totalMs };
}

function toSpans(line: string): string {
  const [plain = "", ...styled] = line.split("\u001b[");
  let [weight, colour] = ["", ""];
  const spans = styled.map((part) => {
    const [, code = "", text = ""] = /^(\d+)m(.*)$/s.exec(part) ?? [];
    const style = STYLES[code] ?? "";
    if (code === ENDS_WEIGHT || style === "b" || style === "d") weight = style;
    else colour = style;
    const names = [weight, colour].filter((name) => name !== "").join(" ");
    return text === "" || names === "" ? escapeXml(text) : `<tspan class="${names}">${escapeXml(text)}</tspan>`;
  });
  return escapeXml(plain) + spans.join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
