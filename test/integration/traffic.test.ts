import { expect, it, vi } from "vitest";
import { Traffic } from "../../src/activity/traffic.ts";
import type { Objects } from "../../src/objects/gate.ts";
import type { RequestEvent } from "../../src/observability/event.ts";
import { FakeClock } from "../support/fake-clock.ts";

const EVENT = { operation: "me.get", client_id: "c", status: 200, error_code: null, attempts: [], ms: 5 };

function startCounting() {
  const clock = new FakeClock();
  const told: number[] = [];
  const object = { count: async (rows: { requests: number }[]) => told.push(...rows.map(({ requests }) => requests)) };
  const objects = { ACTIVITY: { getByName: () => object } } as unknown as Objects;
  const traffic = new Traffic({ objects, clock, shards: 1 });
  const works: Promise<unknown>[] = [];
  const count = () => traffic.count(EVENT as unknown as RequestEvent, (work) => works.push(work));
  return { clock, told, works, count };
}

it("what an isolate has counted is handed over once in ten seconds", async () => {
  const { clock, told, works, count } = startCounting();
  for (let n = 0; n < 3; n += 1) count();
  expect(works).toHaveLength(1);
  await clock.settle(Promise.all(works));
  expect(told).toEqual([3]);
});

it("what a request has left undone, because its time was cut short, a later one hands over", async () => {
  const { clock, told, works, count } = startCounting();
  vi.spyOn(clock, "sleep").mockReturnValueOnce(new Promise(() => {}));
  count();
  await clock.advance(15_000);
  count();
  await clock.advance(15_000);
  count();
  expect(told).toEqual([]);
  await clock.settle(Promise.all(works.slice(1)));
  expect(told.reduce((sum, each) => sum + each, 0)).toBe(3);
});
