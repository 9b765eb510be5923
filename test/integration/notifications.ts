/** Notifications inside workerd: a receiver behind `fetch`, one delivery, and the list of all. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Config } from "../../src/env.ts";
import { getIsolate } from "../../src/isolate.ts";
import type { DeliveryRecord } from "../../src/notifications/delivery/delivery-record.ts";
import { LISTED_STATES, type ListedState } from "../../src/notifications/delivery/delivery-view.ts";
import type { Message } from "../../src/notifications/message.ts";
import { SINGLETON } from "../../src/objects/gate.ts";
import { systemClock } from "../../src/resilience/clock.ts";
import { readStored } from "./world.ts";

const URL_OF_RECEIVER = "https://receiver.example/hooks?token=hidden";
const SECRET = `whsec_${btoa("a secret of thirty-two bytes....")}`;

/** The receiver's reaction to a message: an answer, or an error that is thrown like a broken connection. */
type Behaviour = (init: RequestInit) => Response | Error | Promise<Response | Error>;

export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  () =>
    new Response(null, { status: code, headers });

interface Received {
  readonly id: string | null;
  readonly timestamp: number;
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> };
  readonly init: RequestInit;
}

/** A receiver that answers in the order of a script, then with 204. */
export class Receiver {
  readonly got: Received[] = [];
  readonly script: Behaviour[] = [];
  /** The log lines of the Worker. */
  readonly lines: Readonly<Record<string, unknown>>[] = [];

  async meet(init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const id = headers.get("webhook-id");
    this.got.push({
      id,
      timestamp: Number(headers.get("webhook-timestamp")),
      body: JSON.parse(String(init.body)),
      init,
    });
    const answer = await (this.script.shift() ?? status(204))(init);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** Call this after `createWorld`: requests to other addresses still go to GEN. `end` undoes it, except `setNotify`. */
export function createReceiver(): Receiver {
  const receiver = new Receiver();
  const toGen = vi.mocked(fetch).getMockImplementation();
  vi.mocked(fetch).mockImplementation((input, init) => {
    if (String(input) === URL_OF_RECEIVER) return receiver.meet(init ?? {});
    if (!toGen) throw new Error("No GEN.");
    return toGen(input, init);
  });
  vi.spyOn(systemClock, "random").mockReturnValue(0);
  vi.spyOn(getIsolate(env), "log").mockImplementation((level, line) => void receiver.lines.push({ level, ...line }));
  setNotify(true);
  return receiver;
}

/** Sets or removes `NOTIFY_URL`. */
export function setNotify(on: boolean): void {
  const isolate = getIsolate(env) as { config: Config };
  isolate.config = { ...isolate.config, notify: on ? { url: URL_OF_RECEIVER, secrets: [SECRET] } : null };
}

export const getList = () => env.NOTIFICATIONS.getByName(SINGLETON);

let ids = 0;

export class OneDelivery {
  readonly id: string;

  constructor(id?: string) {
    ids += 1;
    this.id = id ?? `msg_${String(ids).padStart(32, "0")}`;
  }

  get object() {
    return env.DELIVERIES.getByName(this.id);
  }

  createMessage(): Message {
    return { id: this.id, type: "gen.healthy", createdAt: Date.now(), body: '{"type":"gen.healthy","data":{}}' };
  }

  accept(): Promise<void> {
    return this.object.accept(this.createMessage());
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.object);
  }

  /** Milliseconds until the alarm; null when none is set. */
  alarmInMs(): Promise<number | null> {
    return runInDurableObject(this.object as unknown as DurableObjectStub, async (_, state) => {
      const at = await state.storage.getAlarm();
      return at === null ? null : at - Date.now();
    });
  }

  /** Waits until the alarm is due and runs it. The alarm may have been due before. */
  async next(): Promise<number> {
    const ms = (await this.alarmInMs()) ?? Number.NaN;
    vi.setSystemTime(Date.now() + Math.max(0, ms));
    await this.runAlarm();
    return ms;
  }

  stored(): Promise<Map<string, unknown>> {
    return readStored(this.object);
  }

  async record(): Promise<DeliveryRecord | null> {
    return ((await this.stored()).get("delivery") as DeliveryRecord | undefined) ?? null;
  }

  /** The state in which it stands in the operators' list; null when it does not. */
  async listedAs(): Promise<ListedState | null> {
    for (const state of LISTED_STATES) {
      const listed = await getList().page({ state, type: null, from: 0 }, null, 100);
      if (listed.some(({ id }) => id === this.id)) return state;
    }
    return null;
  }

  async isListed(): Promise<boolean> {
    return (await this.listedAs()) === "failed";
  }

  /** The machine dies after its pending work, and another one takes over. */
  evict(): Promise<void> {
    return evictDurableObject(this.object);
  }

  /** The machine dies at once, whatever it is doing. */
  async kill(): Promise<void> {
    await runInDurableObject(this.object as unknown as DurableObjectStub, (_, state) => state.abort("killed")).catch(
      () => {},
    );
  }
}
