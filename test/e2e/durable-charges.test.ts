import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeMultipart } from "../../src/http/forms/write-multipart.ts";
import type { Outcome } from "../simulator/faults/outcome.ts";
import type { SettingsChange } from "../simulator/settings.ts";
import { cell, durableCalls, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
const calls = durableCalls(() => stack);

/** Scripts the outcomes of the next calls to one path, independent of other requests. */
const scriptAt = (path: string, ...outcomes: Outcome[]) =>
  stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path }, outcomes }] });

const KEY_SETTINGS: [string, SettingsChange][] = [false, true].flatMap((replayOwn4xx) =>
  [false, true].flatMap((replayOwn5xx) =>
    [false, true].flatMap((validateBeforeKey) =>
      (["once", "conflict", "twice"] as const).map((concurrentKey): [string, SettingsChange] => [
        JSON.stringify({ replayOwn4xx, replayOwn5xx, validateBeforeKey, concurrentKey }).replaceAll('"', ""),
        { replayOwn4xx, replayOwn5xx, validateBeforeKey, concurrentKey },
      ]),
    ),
  ),
);

describe("one key is one charge, whatever GEN does with keys", () => {
  describe.each(KEY_SETTINGS)("a charged call, with GEN set to %s", (_, settings) => {
    let intents = 0;
    beforeAll(async () => {
      stack = await startStack({ CALL_LOST_QUIET_MS: "0" });
      stack.gen.control.changeSettings(settings);
      // The Worker first sees GEN well: otherwise so many failures at once would hold back its repeats.
      for (let n = 0; n < 10; n += 1) await stack.call("/v1/me");
      stack.gen.control.clearLedger();
    });
    afterAll(async () => {
      expect(calls.totals().charges).toBe(intents);
      await stack.close();
    });

    it.concurrent("is asked for again when its answer is lost", async () => {
      const { path, url } = cell(10111);
      scriptAt(path, "done_but_lost");
      const response = await calls.generate(url);

      expect(response.status).toBe(201);
      expect(calls.requestsTo(path)).toHaveLength(2);
      intents += 1;
      expect(calls.chargesTo(path)).toHaveLength(1);
    });

    it.concurrent("is settled by its generation when the lost first send has spent the last credit", async () => {
      const { path, url } = cell(10311, 44);
      scriptAt(path, "done_but_lost");
      const response = await calls.generate(url);

      intents += 1;
      const charges = calls.chargesTo(path);
      expect(charges).toHaveLength(1);
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ generation_id: charges[0]?.generation_id });
    });

    it.concurrent("is answered again when it is sent again after its answer", async () => {
      const { path, url } = cell(10112);
      const key = randomUUID();
      const first = await calls.generate(url, { key });
      const again = await calls.generate(url, { key });

      intents += 1;
      expect(first.headers.get("idempotent-replayed")).toBeNull();
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.status).toBe(201);
      expect(await again.text()).toBe(await first.text());
      expect(calls.requestsTo(path)).toHaveLength(1);
    });

    it.concurrent("is answered once when it is sent five times at once, and the others are told to wait", async () => {
      const { path, url } = cell(10113);
      const key = randomUUID();
      scriptAt(path, { delayHeadersMs: 700 });
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => calls.generate(url, { key })));

      intents += 1;
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409]);
      const refused = answers.filter((answer) => answer.status === 409);
      expect(refused.map((answer) => answer.headers.get("retry-after"))).toEqual(["2", "2", "2", "2"]);
      for (const answer of refused) {
        expect(await readProblem(answer)).toMatchObject({ error_code: "idempotency_in_flight", retryable: true });
      }
      expect(calls.requestsTo(path)).toHaveLength(1);
    });

    it.concurrent("is answered to all five when it is sent five times at once with Prefer: wait", async () => {
      const { path, url } = cell(10121);
      const key = randomUUID();
      scriptAt(path, { delayHeadersMs: 500 });
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => calls.generate(url, { key, prefer: "wait=10" })));

      intents += 1;
      expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201]);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
      expect(calls.requestsTo(path)).toHaveLength(1);
    });

    it.concurrent("is refused, and not sent, when it comes with another body", async () => {
      const { path, url } = cell(10122);
      const key = randomUUID();
      await calls.generate(url, { key });
      const other = await calls.generate(url, { key, body: { ...TEXT, data: { prompt: "Another", model: "m" } } });

      intents += 1;
      expect(other.status).toBe(409);
      expect(await readProblem(other)).toMatchObject({ error_code: "idempotency_key_reused", charged: "no" });
      expect(calls.requestsTo(path)).toHaveLength(1);
    });

    it.concurrent("is free once it was refused: when there are credits the same key is charged", async () => {
      const { path, url } = cell(10211, 43);
      const key = randomUUID();
      const refused = await calls.generate(url, { key });
      expect(refused.status).toBe(402);
      expect(await readProblem(refused)).toMatchObject({ error_code: "usable_gen_credit_required", charged: "no" });
      expect(calls.chargesTo(path)).toHaveLength(0);

      stack.gen.control.setOrganization(8, { generic: 100 });
      const taken = await calls.generate(url, { key });
      intents += 1;
      expect(taken.status).toBe(201);
      expect(taken.headers.get("idempotent-replayed")).toBeNull();
      expect(calls.chargesTo(path)).toHaveLength(1);
    });

    it.concurrent("is sent again when GEN turned it away", async () => {
      const { path, url } = cell(10123);
      scriptAt(path, { status: 429, body: { error: "slow down", error_code: "rate_limited" } });
      const response = await calls.generate(url);

      intents += 1;
      expect(response.status).toBe(201);
      expect(calls.requestsTo(path)).toHaveLength(2);
      expect(calls.chargesTo(path)).toHaveLength(1);
    });

    it.concurrent("goes on when its client has gone, and the client finds it again", async () => {
      const { path, url } = cell(10131);
      const key = randomUUID();
      const leaving = new AbortController();
      scriptAt(path, { delayHeadersMs: 500 });
      const left = calls.generate(url, { key, signal: leaving.signal }).catch((error: Error) => error.name);
      await calls.received(path);
      const location = (await calls.generate(url, { key })).headers.get("location");
      leaving.abort();
      expect(await left).toBe("AbortError");

      const call = await calls.reaches(location, "settled");
      intents += 1;
      expect(call).toMatchObject({ charged: "yes", answer: { status: 201 } });
      expect(await (await calls.generate(url, { key })).json()).toEqual(call.answer?.body);
      expect(calls.chargesTo(path)).toHaveLength(1);
    });
  });
});

describe("a send that GEN is still at work on", () => {
  afterEach(() => stack.close());

  it.each(["once", "conflict", "twice"] as const)(
    "is left alone for a while before it is asked for again, which GEN may take for %s",
    async (concurrentKey) => {
      stack = await startStack({ CALL_TIMEOUT_MS: "1000", CALL_QUIET_MS: "2500" });
      stack.gen.control.changeSettings({ concurrentKey, workMs: 2_500 });
      const { path, url } = cell(10111);
      const response = await calls.generate(url);

      expect(response.status).toBe(201);
      expect(calls.requestsTo(path)).toHaveLength(2);
      expect(calls.totals().charges).toBe(1);
    },
  );
});

describe("a call while GEN is in trouble for longer than the caller waits", () => {
  afterEach(() => stack.close());

  it("is told as open, with where to look, and the same key gives the answer later", async () => {
    stack = await startStack();
    const { path, url } = cell(10111);
    const key = randomUUID();
    await stack.gen.control.refuse("api");
    const pending = await calls.generate(url, { key, prefer: "wait=1" });
    const location = pending.headers.get("location");
    expect(pending.status).toBe(504);
    expect(await readProblem(pending)).toMatchObject({ error_code: "outcome_pending", charged: "unknown" });
    expect(await calls.read(location)).toMatchObject({ state: "collecting", charged: "unknown" });

    await stack.gen.control.acceptAgain();
    const answer = await calls.generate(url, { key, prefer: "wait=20" });
    expect(answer.status).toBe(201);
    expect(await calls.read(location)).toMatchObject({ state: "settled", charged: "yes" });
    expect(calls.chargesTo(path)).toHaveLength(1);
  });

  it("is not charged when GEN turned it away: the caller learns when to come back, and the key is free", async () => {
    stack = await startStack();
    const { path, url } = cell(10111);
    const key = randomUUID();
    scriptAt(path, { status: 503, headers: { "retry-after": "20" }, body: "" });
    const turnedAway = await calls.generate(url, { key, prefer: "wait=2" });
    expect(turnedAway.status).toBe(503);
    expect(Number(turnedAway.headers.get("retry-after"))).toBeGreaterThan(15);
    expect(await readProblem(turnedAway)).toMatchObject({ error_code: "gen_unavailable", charged: "no" });
    expect(calls.totals().charges).toBe(0);
  });

  it("is not even sent while a Retry-After holds back its class of calls", async () => {
    stack = await startStack();
    scriptAt(cell(10111).path, { status: 429, headers: { "retry-after": "20" }, body: "" });
    await calls.generate(cell(10111).url, { prefer: "wait=2" });
    const held = await calls.generate(cell(10112).url, { prefer: "wait=2" });

    expect(held.status).toBe(503);
    expect(await readProblem(held)).toMatchObject({ charged: "no", attempts: 0 });
    expect(calls.requestsTo(cell(10112).path)).toHaveLength(0);
  });

  it("stays open and is never charged twice when GEN gives its own remembered 500 again and again", async () => {
    stack = await startStack();
    stack.gen.control.changeSettings({ replayOwn5xx: true });
    const { path, url } = cell(10111);
    const key = randomUUID();
    scriptAt(path, { doneThen: { status: 500, body: { error: "oops" }, own: true } });
    const pending = await calls.generate(url, { key, prefer: "wait=2" });

    expect(pending.status).toBe(504);
    await calls.received(path, 3);
    expect(await calls.read(pending.headers.get("location"))).toMatchObject({ state: /sending|collecting/ });
    expect((await calls.generate(url, { key })).status).toBe(409);
    expect(calls.totals().charges).toBe(1);
  });
});

describe("an answer by which GEN asks for something first", () => {
  afterEach(() => stack.close());
  const ACTIONS = "/v1/vidsheet/actions?agent_id=42";

  it("is passed on when it is a 428, and the confirmed request is carried out under the same key", async () => {
    stack = await startStack();
    const key = randomUUID();
    const remove = (confirm_token?: string) => ({
      actions: [
        {
          action: "delete",
          target: { type: "row", id: 10110, sheet_id: 101 },
          ...(confirm_token ? { confirm_token } : {}),
        },
      ],
    });
    const asked = await calls.generate(ACTIONS, { key, body: remove() });
    expect(asked.status).toBe(428);
    const { error_code, confirm_token } = await readProblem(asked);
    expect(error_code).toBe("confirmation_required");

    const confirmed = await calls.generate(ACTIONS, { key, body: remove(String(confirm_token)) });
    expect(confirmed.status).toBe(200);
    expect(calls.totals().charges).toBe(0);
  });

  it("is passed on when it is a 402, and after the payment the same key is charged", async () => {
    stack = await startStack();
    const key = randomUUID();
    const body = { actions: [{ action: "generate", target: { type: "cell", id: 10211 }, ...TEXT }] };
    const unpaid = await calls.generate("/v1/vidsheet/actions?agent_id=43", { key, body });
    expect(unpaid.status).toBe(402);
    expect(await readProblem(unpaid)).toMatchObject({ charged: "no", x402_credit_purchase: expect.anything() });

    stack.gen.control.setOrganization(8, { generic: 100 });
    const paid = await calls.generate("/v1/vidsheet/actions?agent_id=43", { key, body });
    expect(paid.status).toBe(200);
    expect(calls.totals().charges).toBe(1);
  });

  it("is the call's answer when it is a 402 that is a price quote, also under a key", async () => {
    stack = await startStack();
    const body = { workspace_id: 7, amount_usd: 5 };
    const quote = await calls.generate("/v1/x402_credit_purchase", { body });
    expect(quote.status).toBe(402);
    expect(await quote.json()).toHaveProperty("checkout_session_id");
  });
});

describe("a conflict that GEN names", () => {
  afterEach(() => stack.close());

  it.each([
    ["/v1/agent/run", { agent_id: "42", message: "x" }, "queue_full"],
    ["/v1/vidsheet/actions?agent_id=42", { actions: [{ action: "undo" }] }, "undo_conflict"],
    ["/v1/vidsheet/101/operations/undo?agent_id=42", {}, "undo_conflict"],
  ])("is told, and nothing is sent again: %s", async (url, body, error_code) => {
    stack = await startStack();
    stack.script({ status: 409, body: { error: "No.", error_code } });
    const key = randomUUID();
    const told = await calls.generate(url, { key, body });
    expect(await readProblem(told)).toMatchObject({ status: 409, error_code, charged: "no", veto: "not-retryable" });
    expect(calls.requestsTo(url.replace(/\?.*/, ""))).toHaveLength(1);
  });

  it("is tried again in time when a continuation is in another one's way", async () => {
    stack = await startStack();
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const { generation_id } = (await (await calls.generate(cell(10111).url, { body: VIDEO })).json()) as {
      generation_id: number;
    };
    await stack.call(`/v1/generations/${generation_id}/stop`, json("POST", { agent_id: "42" }));
    stack.script({ status: 409, body: { error: "Busy.", error_code: "generation_busy" } });
    const continued = await calls.generate(`/v1/generations/${generation_id}/continue`, { body: { agent_id: "42" } });
    expect(continued.status).toBe(200);
    expect(calls.totals()).toMatchObject({ charges: 2 });
  });
});

describe("a file that is charged for", () => {
  afterEach(() => stack.close());
  const CLONE = "/v1/agents/42/voice/clone";
  const toPart = (name: string, filename: string | null, content: Uint8Array, contentType: string | null) => ({
    name,
    filename,
    contentType,
    content,
  });
  const upload = (key: string, bytes: Uint8Array) => {
    const form = new FormData();
    form.append("name", "My voice");
    form.append("file", new Blob([bytes]), "voice.wav");
    return stack.call(CLONE, { method: "POST", body: form, headers: { "idempotency-key": key } });
  };
  it("is charged once under its key, though its form is built anew, and its bytes are kept until GEN has taken them", async () => {
    stack = await startStack();
    const bytes = randomBytes(3_500_000);
    stack.script({ status: 429, headers: { "retry-after": "1" }, body: "" });
    const [first, again] = [await upload("voice", bytes), await upload("voice", bytes)];
    expect([first.status, again.status, again.headers.get("idempotent-replayed")]).toEqual([201, 201, "true"]);
    expect(await again.json()).toEqual(await first.json());

    const name = toPart("name", null, Buffer.from("My voice"), null);
    const file = toPart("file", "voice.wav", bytes, "application/octet-stream");
    const written = await writeMultipart([name, file]);
    const sha256 = createHash("sha256").update(written.bytes).digest("hex");
    expect(calls.requestsTo(CLONE).map((request) => request.sha256)).toEqual([sha256, sha256]);
    expect(calls.totals().charges).toBe(1);
  });

  it("is another one when a name, a file name, a type or a byte of it is another", async () => {
    stack = await startStack();
    const send = (name: string, file: Blob, filename: string) => {
      const form = new FormData();
      form.append(name, file, filename);
      return stack.call(CLONE, { method: "POST", body: form, headers: { "idempotency-key": "voice" } });
    };
    expect((await send("file", new Blob(["1"]), "a")).status).toBe(201);
    expect((await send("file", new Blob(["1"]), "a")).headers.get("idempotent-replayed")).toBe("true");
    for (const other of [
      await send("sound", new Blob(["1"]), "a"),
      await send("file", new Blob(["1"]), "b"),
      await send("file", new Blob(["1"], { type: "audio/wav" }), "a"),
      await send("file", new Blob(["2"]), "a"),
    ]) {
      expect(await readProblem(other)).toMatchObject({ status: 409, error_code: "idempotency_key_reused" });
    }
    expect(calls.totals().charges).toBe(1);
  });

  it("is not sent again once its outcome is open, and another one under its key is refused", async () => {
    stack = await startStack();
    stack.script("done_but_lost");
    const lost = await upload("voice", randomBytes(2_000_000));
    expect(await readProblem(lost)).toMatchObject({ error_code: "outcome_unknown", charged: "unknown" });
    const other = await upload("voice", randomBytes(2_000_000));
    expect(await readProblem(other)).toMatchObject({ status: 409, error_code: "idempotency_key_reused" });
    expect(calls.totals().charges).toBe(1);
  });
});

describe("a form that is charged for", () => {
  afterEach(() => stack.close());

  it("is the same call under its key, however its client escapes it", async () => {
    stack = await startStack();
    const send = (body: string, query: string) => {
      const headers = { "idempotency-key": "job", "content-type": "application/x-www-form-urlencoded" };
      return stack.call(`/v1/user_jobs?${query}`, { method: "POST", headers, body });
    };
    const first = await send("agent_id=42&user_job_type=train_social&title=a+b", "agent_id=42&x=1");
    const again = await send("agent_id=%34%32&user_job_type=train%5Fsocial&title=a%20b", "x=1&agent_id=42");
    expect([first.status, again.status, again.headers.get("idempotent-replayed")]).toEqual([201, 201, "true"]);
    expect(calls.requestsTo("/v1/user_jobs")).toHaveLength(1);
  });
});

describe("a call for which GEN knows no key", () => {
  afterEach(() => stack.close());
  const RUN = { agent_id: 42, message: "Three ideas" };
  const SHEET = { agent_id: 42, spreadsheet: { title: "New" } };
  const resolve = (location: string | null, charged: boolean, as = stack.key) =>
    stack.call(`${location}/resolve`, json("POST", { charged }, { "x-api-key": as }));
  const listed = async () => {
    const response = await stack.call("/v1/calls?state=unknown");
    return ((await response.json()) as { calls: { id: string; operation: string }[] }).calls;
  };

  it.each([
    ["a run, which is charged", "/v1/agent/run", RUN, "unknown"],
    ["a sheet, which is not, but whose caller sent a key", "/v1/vidsheet", SHEET, "no"],
  ])("has an unknown outcome after a lost answer, and is never sent again: %s", async (_, path, body, charged) => {
    stack = await startStack();
    const key = randomUUID();
    stack.script("done_but_lost");
    const lost = await calls.generate(path, { key, body });
    const again = await calls.generate(path, { key, body });

    expect(lost.status).toBe(502);
    expect(await readProblem(lost)).toMatchObject({ error_code: "outcome_unknown", charged, retryable: false });
    expect(again.status).toBe(409);
    expect(await readProblem(again)).toMatchObject({ error_code: "outcome_unknown", charged });
    expect(await calls.read(lost.headers.get("location"))).toMatchObject({ state: "unknown", charged });
    expect(calls.requestsTo(path)).toHaveLength(1);
  });

  it("is listed for an operator alone when its outcome is unknown, who alone resolves it", async () => {
    stack = await startStack();
    const user = await stack.worker.addClient({ scopes: ["read", "generate", "ideas"] });
    stack.script("done_but_lost");
    const key = randomUUID();
    const location = (await calls.generate("/v1/agent/run", { key, body: RUN, as: user })).headers.get("location");

    expect((await stack.call("/v1/calls?state=unknown", { headers: { "x-api-key": user } })).status).toBe(403);
    expect((await resolve(location, false, user)).status).toBe(403);
    expect(await eventually(listed, ({ length }) => length > 0)).toMatchObject([
      { id: location?.split("/").at(-1), operation: "runs.create" },
    ]);
    expect(await (await resolve(location, true)).json()).toMatchObject({ state: "settled", charged: "yes" });
    await eventually(listed, ({ length }) => length === 0);
    const resolved = await resolve(location, false);
    expect(await readProblem(resolved)).toMatchObject({ status: 409, error_code: "nothing_to_resolve" });
    const again = await calls.generate("/v1/agent/run", { key, body: RUN, as: user });
    expect(again.headers.get("location")).toBe(location);
    expect(await readProblem(again)).toMatchObject({ status: 409, error_code: "answer_expired", charged: "yes" });
  });

  it("is resolved by one of many operators at once, and each other is told that there is nothing to resolve", async () => {
    stack = await startStack();
    stack.script("reset");
    const location = (await calls.generate("/v1/agent/run", { key: randomUUID(), body: RUN })).headers.get("location");
    const said = [true, false, true, false, true, false];
    const answers = await Promise.all(said.map((charged) => resolve(location, charged)));

    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409, 409, 409]);
    const state = said[statuses.indexOf(200)] ? "settled" : "not_charged";
    expect(await calls.read(location)).toMatchObject({ state });
  });

  it("frees its key once an operator says that it did not happen, and is then sent and charged", async () => {
    stack = await startStack();
    const key = randomUUID();
    stack.script("reset");
    const location = (await calls.generate("/v1/agent/run", { key, body: RUN })).headers.get("location");
    expect(await (await resolve(location, false)).json()).toMatchObject({ state: "not_charged", charged: "no" });

    expect((await calls.generate("/v1/agent/run", { key, body: RUN })).status).toBe(202);
    expect(calls.totals().charges).toBe(1);
  });

  it("is sent again when GEN turned it away, and its answer is replayed under its key", async () => {
    stack = await startStack();
    const key = randomUUID();
    stack.script({ status: 429, body: "" });
    const first = await calls.generate("/v1/agent/run", { key, body: RUN });
    const again = await calls.generate("/v1/agent/run", { key, body: RUN });

    expect(first.status).toBe(202);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    expect(calls.totals().charges).toBe(1);
  });
});

describe("an Idempotency-Key", () => {
  afterEach(() => stack.close());

  it.each(["order 7, try 1", "a, b, c", '"quoted, as RFC 8941 has it"'])(
    "is taken as it is written, with a comma in it: %s",
    async (key) => {
      stack = await startStack();
      const { url } = cell(10111);
      const [first, second] = [await calls.generate(url, { key }), await calls.generate(url, { key })];

      expect([first.status, second.status]).toEqual([201, 201]);
      expect(first.headers.get("idempotency-key")).toBe(key);
      expect(second.headers.get("idempotent-replayed")).toBe("true");
      expect(calls.totals().charges).toBe(1);
    },
  );

  it("is one key, joined by a comma, when there are two of them", async () => {
    stack = await startStack();
    const { url } = cell(10111);
    const sendBoth = async () => {
      const headers = { "x-api-key": stack.key, "content-type": "application/json", "idempotency-key": ["a", "b"] };
      const sent = request(`${stack.worker.url}${url}`, { method: "POST", headers }).end(JSON.stringify(TEXT));
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      answer.resume();
      return answer;
    };
    const [first, second] = [await sendBoth(), await sendBoth()];

    expect([first.statusCode, first.headers["idempotency-key"]]).toEqual([201, "a, b"]);
    expect(second.headers["idempotent-replayed"]).toBe("true");
    expect((await calls.generate(url, { key: "a, b" })).headers.get("idempotent-replayed")).toBe("true");
    expect(calls.totals().charges).toBe(1);
  });
});
