import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const OTHER = "/v1/vidsheet/sheet_123?agent_id=agent_456";
const MIB = 1_024 * 1_024;
/** More than the circuit looks at before it opens. */
const MANY = 33;

let stack: Stack;
afterEach(() => stack.close());

const addClient = async () => ({ "x-api-key": await stack.worker.addClient({ scopes: ["read", "edit"] }) });
/** What many calls at once come to: a status, or a problem's code. */
const askOften = async (path: string, headers: Record<string, string>, count = MANY) => {
  const answers = await Promise.all(Array.from({ length: count }, () => stack.call(path, { headers })));
  return Promise.all(
    answers.map(async (answer) => (answer.ok ? answer.status : (await readProblem(answer)).error_code)),
  );
};
/** From now on GEN fails in this way where the path begins so. */
const spoil = (path: string, outcome: Parameters<Stack["script"]>[0]) =>
  stack.gen.control.addFaults({ rules: [{ match: { path }, outcomes: [outcome], repeat: true }] });
const only = (value: unknown) => new Set([value]);

describe("what one client does closes nothing for another:", () => {
  it("to have little time for a sheet that takes longer", async () => {
    stack = await startStack();
    const [hasty, patient] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet/101", { delayHeadersMs: 1_500 });
    const asked = await Promise.all([askOften(SHEET, { ...hasty, prefer: "wait=1" }), askOften(OTHER, patient)]);
    expect(asked.map((results) => new Set(results))).toEqual([only("gen_timeout"), only(200)]);
    expect(new Set(await askOften(OTHER, patient))).toEqual(only(200));
    expect((await stack.call(SHEET, { headers: { ...patient, prefer: "wait=10" } })).status).toBe(200);
  });

  it.each([
    ["fails", { status: 500, body: "" }],
    ["breaks off", "reset" as const],
  ])("to ask for a sheet where GEN %s, whether or not the other was there before", async (_, outcome) => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    const [unlucky, known, fresh] = [await addClient(), await addClient(), await addClient()];
    await askOften(OTHER, known, 1);
    spoil("/v1/vidsheet/101", outcome);
    await askOften(SHEET, unlucky, 2 * MANY);
    expect(new Set(await askOften(OTHER, known))).toEqual(only(200));
    expect(new Set(await askOften(OTHER, fresh))).toEqual(only(200));

    // Nor does it take the other's retries away.
    stack.gen.control.clearFaults();
    stack.script({ status: 503, body: "" });
    const retried = await stack.call(OTHER, { headers: fresh });
    expect([retried.status, retried.headers.get("x-genedge-attempts")]).toEqual([200, "2"]);
  });

  it("to ask for it while nobody else is there", async () => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    const [unlucky, fresh] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet/101", { status: 500, body: "" });
    await askOften(SHEET, unlucky, 2 * MANY);
    expect(await readProblem(await stack.call(SHEET, { headers: unlucky }))).toMatchObject({ veto: "circuit-open" });
    expect(new Set(await askOften(OTHER, fresh))).toEqual(only(200));
  });

  it("to leave in the middle of an upload", async () => {
    stack = await startStack();
    const leavers = [await addClient(), await addClient()];
    await Promise.all(Array.from({ length: MANY }, (_, n) => leaveUpload(leavers[n % 2] ?? {})));
    expect(new Set(await askOften(OTHER, await addClient()))).toEqual(only(200));
  });
});

describe("a failure that several clients see", () => {
  it("closes the host for all", async () => {
    stack = await startStack({ BACKOFF_BASE_MS: "1" });
    const [first, second] = [await addClient(), await addClient()];
    spoil("/v1/vidsheet", { status: 503, body: "" });
    await Promise.all([askOften(SHEET, first), askOften(OTHER, second)]);
    const refused = await readProblem(await stack.call(OTHER, { headers: await addClient() }));
    expect(refused).toMatchObject({ error_code: "gen_unavailable", veto: "circuit-open", attempts: 0 });
  });
});

/** More than is kept of it comes, and then its sender is gone. Resolves once its line is written. */
async function leaveUpload(headers: Record<string, string>): Promise<void> {
  const id = `left-${++uploads}`;
  const { hostname, port } = new URL(stack.worker.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const all = {
    host: `${hostname}:${port}`,
    "content-type": "multipart/form-data; boundary=b",
    "content-length": String(3 * MIB),
    "x-request-id": id,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  socket.write(`POST /v1/content_resources?agent_id=42 HTTP/1.1\r\n${lines.join("")}\r\n${head}${"x".repeat(2 * MIB)}`);
  socket.destroy();
  await stack.worker.waitForLine((line) => line.message === "request" && line.request_id === id);
}

let uploads = 0;
