import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { AuditEntry } from "../../src/activity/audit-entry.ts";
import { AuditLog } from "../../src/activity/audit-log.ts";
import { handleHttp } from "../../src/http/handle.ts";
import { getIsolate } from "../../src/isolate.ts";
import { createWorld, DAY_MS, pass, readAlarm } from "./world.ts";

const POLICY = { name: "ops", scopes: ["operator"], agents: "*", origins: [], expiresAt: null };
const DOWN = Object.assign(new Error("Durable Object is overloaded."), { retryable: true, overloaded: true });

let end: () => void;
let key: string;
let clientId: string;

beforeEach(async () => {
  ({ end } = createWorld());
  const created = createClientKey();
  key = formatClientKey(created);
  clientId = created.id;
  await env.CLIENTS.put(created.id, JSON.stringify({ ...POLICY, secretHash: await hashSecret(created.secret) }));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await env.CHARGES.getByName("all").resume();
  end();
});

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request(`https://worker.example${path}`, { method, headers: { "x-api-key": key, ...headers } });
  return handleHttp(request, getIsolate(env), (work) => void work.catch(() => {}));
}

const readPaused = async () => (await (await ask("GET", "/v1/charges")).json()) as { paused: boolean };
const entry = (at: number): AuditEntry => ({
  ...{ at, clientId: "ops", what: "charges.pause", target: null },
  ...{ requestId: `r${at}`, addressFamily: null },
});

describe("a change that an operator makes", () => {
  it.each([
    ["203.0.113.7", "ipv4"],
    ["::ffff:203.0.113.7", "ipv4"],
    ["2001:db8::7", "ipv6"],
    [null, null],
  ])("is written down with who, what, when, and of the address %j the family alone", async (address, family) => {
    const headers = { "x-request-id": "mine", ...(address === null ? {} : { "cf-connecting-ip": address }) };
    await ask("POST", "/v1/charges/pause", headers);
    const { entries } = (await (await ask("GET", "/v1/audit?limit=1")).json()) as { entries: unknown[] };

    expect(entries).toEqual([
      {
        at: new Date().toISOString(),
        client_id: clientId,
        what: "charges.pause",
        target: null,
        request_id: "mine",
        address_family: family,
      },
    ]);
  });

  it("is refused while it can't be written down, and then nothing has changed", async () => {
    await ask("POST", "/v1/charges/pause");
    vi.spyOn(AuditLog.prototype, "add").mockRejectedValue(DOWN);
    const refused = await ask("POST", "/v1/charges/resume");

    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await refused.json()).toMatchObject({
      error_code: "temporarily_unavailable",
      charged: "no",
      retryable: true,
    });
    expect(await readPaused()).toMatchObject({ paused: true });
  });

  it("is made all the same if it stops charges, and the log says that it is not written down", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(AuditLog.prototype, "add").mockRejectedValue(DOWN);

    expect((await ask("POST", "/v1/charges/pause")).status).toBe(200);
    expect(await readPaused()).toMatchObject({ paused: true });
    const lines = logged.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toContainEqual(
      expect.objectContaining({ message: "change_not_recorded", client_id: clientId, what: "charges.pause" }),
    );
  });
});

describe("the audit log", () => {
  it("keeps an entry once though it is told twice", async () => {
    const log = env.AUDIT.getByName("twice");
    await log.add(entry(Date.now()));
    await log.add(entry(Date.now()));

    expect(await log.page(null, 10)).toHaveLength(1);
  });

  it("gives pages, the newest first", async () => {
    const log = env.AUDIT.getByName("pages");
    for (let number = 0; number < 5; number += 1) await log.add(entry(Date.now() + number));
    const first = await log.page(null, 3);
    const second = await log.page(first.at(-1)?.number ?? null, 3);

    expect([...first, ...second].map(({ at }) => at - Date.now())).toEqual([4, 3, 2, 1, 0]);
  });

  it("shows an entry for 400 days, and deletes it within a day", async () => {
    const log = env.AUDIT.getByName("old");
    await log.add(entry(Date.now()));
    pass(400 * DAY_MS - 1);
    expect(await log.page(null, 10)).toHaveLength(1);

    pass(1);
    expect(await log.page(null, 10)).toHaveLength(0);
    await runDurableObjectAlarm(log);
    expect(await readAlarm(log)).toBeNull();
  });
});
