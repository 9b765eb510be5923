import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { renderRecording } from "../../../scripts/terminal/recording.ts";

const lines = [
  { at: 10, text: 'plain <b> & "quoted"' },
  { at: 110, text: "\u001b[1m\u001b[32mgood\u001b[39m\u001b[22m after" },
  { at: 60_110, text: "late" },
];
const svg = renderRecording(lines, "A title");

it("shows each line once, escaped, in its colours", () => {
  expect(svg).toContain(">plain &lt;b&gt; &amp; &quot;quoted&quot;</text>");
  expect(svg).toContain('<tspan class="b g">good</tspan>');
  expect(svg).toContain(" after</text>");
  expect(svg).not.toContain("\u001b");
});

it("moves up a line as each came, a silence of a minute cut to 1.5 s, and begins again after 5 s", () => {
  const stops = [...svg.matchAll(/([\d.]+)%\{transform:translateY\((-?\d+)px\)\}/g)];
  expect(svg).toContain("animation:scroll 6600ms step-end infinite");
  expect(stops.map(([, share]) => Number(share))).toEqual([0, 1.515, 24.242]);
  expect(stops.map(([, , y]) => Number(y))).toEqual([27 * 17, 26 * 17, 25 * 17]);
});

it("is at most 300 KB for the demo, and says that it was the simulator", () => {
  const demo = readFileSync(new URL("../../../docs/demo.svg", import.meta.url), "utf8");
  expect(demo.length).toBeLessThan(300 * 1_024);
  expect(demo).toContain("SIMULATOR");
});
