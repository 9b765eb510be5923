import { describe, expect, it } from "vitest";
import { runTask } from "../../../src/cron/run-task.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const tick = { cron: "*/5 * * * *", scheduledAt: Date.UTC(2027, 0, 2, 12) };
const never = () => new Promise<void>(() => {});

function createStage() {
  const clock = new FakeClock();
  const lines: Readonly<Record<string, unknown>>[] = [];
  const run = (name: string, work: () => Promise<void>) =>
    runTask(
      { name, run: work },
      { tick, budgetMs: 60_000, clock, log: (level, line) => void lines.push({ level, ...line }) },
    );
  return { clock, lines, run };
}

describe("a cron task", () => {
  it("has one line: what it was, how it ended, how long it took", async () => {
    const { clock, lines, run } = createStage();
    await clock.settle(run("brief", () => clock.sleep(1_500)));

    expect(lines).toEqual([
      {
        level: "info",
        message: "cron",
        cron: "*/5 * * * *",
        scheduled_at: "2027-01-02T12:00:00.000Z",
        task: "brief",
        outcome: "ok",
        ms: 1_500,
      },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is not waited for beyond its budget", async () => {
    const { clock, lines, run } = createStage();
    await clock.settle(run("endless", never));

    expect(lines).toMatchObject([{ level: "error", task: "endless", outcome: "overrun", ms: 60_000 }]);
  });

  it("may take its whole budget", async () => {
    const { clock, lines, run } = createStage();
    await clock.settle(run("long", () => clock.sleep(59_999)));

    expect(lines).toMatchObject([{ outcome: "ok", ms: 59_999 }]);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("broken"))],
    [
      "throws at once",
      () => {
        throw new Error("broken");
      },
    ],
  ])("fails, and throws nothing further, when it %s", async (_, work) => {
    const { lines, run } = createStage();
    await run("broken", work);

    expect(lines).toMatchObject([{ level: "error", outcome: "failed", error: "Error: broken", ms: 0 }]);
  });

  it("is ignored when it fails after its budget has run out", async () => {
    const { clock, lines, run } = createStage();
    const late = async () => {
      await clock.sleep(90_000);
      throw new Error("too late");
    };
    await clock.settle(run("late", late));
    await clock.advance(60_000);

    expect(lines).toMatchObject([{ outcome: "overrun" }]);
  });

  it("stops no other, whether it fails or overruns", async () => {
    const { clock, lines, run } = createStage();
    const tasks = [
      run("endless", never),
      run("broken", () => Promise.reject(new Error("broken"))),
      run("good", () => clock.sleep(10)),
    ];
    await clock.settle(Promise.all(tasks));

    expect(lines.map(({ task, outcome, ms }) => [task, outcome, ms])).toEqual([
      ["broken", "failed", 0],
      ["good", "ok", 10],
      ["endless", "overrun", 60_000],
    ]);
  });
});
