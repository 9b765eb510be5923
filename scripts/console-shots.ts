/**
 * Makes the pictures of the console in `docs/console/`: the built Worker in front of the simulator, with callers, faults
 * and failures of some minutes. WebP, because it is small, and made by the browser, so that no other tool is needed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../test/support/browser.ts";
import { openConsole, signIn } from "../test/support/console.ts";
import { type Scene, startScene } from "./console-shots/scene.ts";
import { ROOT } from "./local/wrangler.ts";
import { runPlainCommand } from "./terminal/command-line.ts";

const USAGE = `Makes the pictures of the console in docs/console/, in front of the simulator, in six minutes.

  npm run console:shots
`;

const FOLDER = join(ROOT, "docs/console");
/** The first with which a picture is small enough. */
const QUALITIES = [0.8, 0.65, 0.5, 0.35] as const;
const MAX_BYTES = 60 * 1_024;

interface Shot {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
  readonly place: (scene: Scene) => string;
}

const SHOTS: readonly Shot[] = [
  { file: "now", width: 1280, height: 1080, colorScheme: "light", place: ({ from }) => `#/?from=${from}` },
  { file: "now-narrow-dark", width: 390, height: 844, colorScheme: "dark", place: () => "#/?range=15m" },
  { file: "calls-dark", width: 1280, height: 640, colorScheme: "dark", place: () => "#/calls" },
  { file: "money", width: 1280, height: 1000, colorScheme: "light", place: () => "#/money?range=7d" },
  { file: "call", width: 1280, height: 800, colorScheme: "light", place: ({ call }) => `#/calls/${call}` },
  { file: "call-narrow", width: 390, height: 844, colorScheme: "light", place: ({ call }) => `#/calls/${call}` },
  {
    file: "run-dark",
    width: 1280,
    height: 800,
    colorScheme: "dark",
    place: ({ run }) => `#/runs/idea-to-video/${run}`,
  },
];

process.exitCode = await runPlainCommand("npm run console:shots", USAGE, async () => {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(FOLDER, { recursive: true });
  const [browser, scene] = await Promise.all([launchBrowser(), startScene()]);
  try {
    for (const shot of SHOTS) await take(browser, scene, shot);
  } finally {
    await browser.close();
    await scene.close();
  }
});

async function take(browser: Browser, scene: Scene, { file, width, height, colorScheme, place }: Shot): Promise<void> {
  const options = { viewport: { width, height }, colorScheme };
  const shown = await openConsole(browser, { url: scene.url }, options);
  await signIn(shown, scene.operator);
  await shown.page.getByRole("button", { name: "Sign out" }).waitFor();
  await shown.visit(place(scene));
  await shown.page.waitForLoadState("networkidle");
  const bytes = await toWebp(shown.page, await shown.page.screenshot());
  await shown.close();
  writeFileSync(join(FOLDER, `${file}.webp`), bytes);
  console.log(`docs/console/${file}.webp: ${Math.round(bytes.length / 1_024)} KiB`);
}

/** The best that is small enough. On a page of its own: that of the console allows no such image. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const blank = await page.context().newPage();
  const source = `data:image/png;base64,${png.toString("base64")}`;
  const encoded = await blank.evaluate<string[]>(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(source)};
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return ${JSON.stringify(QUALITIES)}.map((quality) => canvas.toDataURL("image/webp", quality).split(",")[1]);
  })()`);
  await blank.close();
  const pictures = encoded.map((text) => Buffer.from(text, "base64"));
  const fitting = pictures.find(({ length }) => length <= MAX_BYTES);
  if (fitting === undefined) throw new Error(`A picture has more than ${MAX_BYTES} bytes.`);
  return fitting;
}
