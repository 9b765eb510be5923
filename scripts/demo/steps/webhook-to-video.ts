import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { LOCAL_WEBHOOK_SECRET } from "../../local/local-stack.ts";
import { dim, green } from "../../terminal/style.ts";
import { callWorker } from "../call.ts";
import { count } from "../count.ts";
import { promise } from "../promise.ts";
import type { Step, Tour } from "../step.ts";

const PATH = "/webhooks/standard-webhooks";
const ID = "msg_demo_1";
const EVENT = {
  type: "video.requested",
  data: {
    agent_id: "agent_456",
    sheet: "sheet_123",
    cells: { Script: "Bread in four minutes" },
    generate: {
      Video: { generation_type: "video_from_text", data: { prompt: "A film of: {{Script}}", duration: 10 } },
    },
    publish: { platforms: ["youtube", "instagram"], title: "Bread" },
  },
};
const DURATIONS = { pendingMs: 500, processingMs: 1_200 };
const POLL_MS = 150;
const TIMEOUT_MS = 30_000;
const STEPS = [
  ...["read the sheet", "make a row", "set Script", "generate Video", "render", "video"],
  ...["publish", "follow the post", "published"],
];

export const webhookToVideo: Step = {
  title: "A signed webhook becomes a published video",
  async run(tour) {
    const { page, gen } = tour;
    page.text(
      "A service of yours asks for a video. The Worker answers at once; the pipeline idea-to-video does the rest.",
    );
    gen.control.changeSettings({ generationMs: { video: DURATIONS, render: DURATIONS } });
    gen.control.clearLedger();
    page.request("POST", PATH, { "webhook-id": ID, "webhook-signature": "v1,…" });
    const first = await deliver(tour);
    page.fact("answer", `${first.status} after ${first.ms} ms, run ${first.run.slice(0, 12)}…`);
    promise(page, "It is verified and acknowledged in under a second.", {
      seen: [first.status, first.ms < 1_000],
      wanted: [202, true],
    });

    const run = await follow(tour, first.location);
    const { url, post } = (run.output ?? {}) as Output;
    page.fact("result", String(url));
    page.fact("", (post?.platforms ?? []).map((each) => `${each.platform}: ${each.normalized_status}`).join(", "));
    promise(page, "Every step is done, in order, and the video is published on each platform.", {
      seen: [run.state, run.steps.map(({ name }) => name), post?.platforms.map((each) => each.normalized_status)],
      wanted: ["finished", STEPS, ["published", "published"]],
    });

    const again = await deliver(tour);
    const { charges } = gen.control.ledger();
    page.fact("delivered again", `${again.status}, run ${again.run.slice(0, 12)}…`);
    page.fact(
      "GEN's ledger",
      charges.map(({ operation, amount }) => `${operation}, ${count(amount, "credit")}`).join("; "),
    );
    promise(page, "The same delivery is the same run; GEN charged once for the video and once for the render.", {
      seen: [again.run, charges.map(({ operation }) => operation)],
      wanted: [first.run, ["cells.generate", "cells.render"]],
    });
  },
};

interface Output {
  readonly url?: string;
  readonly post?: { readonly platforms: readonly { readonly platform: string; readonly normalized_status: string }[] };
}

interface RunBody {
  readonly state: string;
  readonly output?: unknown;
  readonly steps: readonly StepBody[];
}

interface StepBody {
  readonly name: string;
  readonly state: string;
  readonly waits_for?: string;
  readonly generation?: string;
  readonly charged: string;
}

interface Delivered {
  readonly status: number;
  readonly ms: number;
  readonly run: string;
  readonly location: string;
}

/** Sends the webhook as its sender would: signed, without a client key. */
async function deliver({ worker }: Tour): Promise<Delivered> {
  const at = new Date();
  const body = JSON.stringify({ ...EVENT, timestamp: at.toISOString() });
  const headers = {
    "content-type": "application/json",
    "webhook-id": ID,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(LOCAL_WEBHOOK_SECRET).sign(ID, at, body),
  };
  const response = await fetch(`${worker.url}${PATH}`, { method: "POST", headers, body });
  const { runs = [] } = (await response.json()) as { runs?: { id: string; location: string }[] };
  return {
    status: response.status,
    ms: Date.now() - at.getTime(),
    run: runs[0]?.id ?? "",
    location: runs[0]?.location ?? "",
  };
}

/** Prints a line when a step starts, waits or is done. */
async function follow(tour: Tour, location: string): Promise<RunBody> {
  const { page } = tour;
  page.request("GET", location);
  const startedAt = Date.now();
  const shown = new Set<string>();
  for (;;) {
    const run = (await callWorker(tour, { method: "GET", path: location })).body as unknown as RunBody;
    for (const line of run.steps.map(describeStep)) {
      if (!shown.has(line)) page.line(`  ${dim(`${((Date.now() - startedAt) / 1_000).toFixed(1)} s`)}  ${line}`);
      shown.add(line);
    }
    if (run.state !== "queued" && run.state !== "running") return run;
    if (Date.now() - startedAt > TIMEOUT_MS) throw new Error(`The run came to no end: ${JSON.stringify(run)}`);
    await sleep(POLL_MS);
  }
}

function describeStep({ name, state, waits_for, generation, charged }: StepBody): string {
  const facts = [...(generation ? [`generation ${generation}`] : []), ...(charged === "yes" ? ["charged"] : [])];
  if (state === "done") return [`${green("✓")} ${name}`, ...facts].join(", ");
  return `${dim("…")} ${name}${waits_for ? ` (waits: ${waits_for})` : ""}`;
}
