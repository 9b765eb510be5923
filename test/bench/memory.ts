import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request as send } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { startUpstream, type Upstream } from "./fixed-upstream.ts";
import { makeBytes } from "./made-bytes.ts";
import { judged, type Row, type Section } from "./section.ts";
import { startWorkers, type Workers } from "./workers.ts";

const MIB = 1_024 * 1_024;
const BODY_BYTES = 100 * MIB;
const WARM_UP_BYTES = 4 * MIB;
/** The goal: far less memory than the body is long. */
const GOAL_MIB = 25;
const SAMPLE_MS = 20;
const BOUNDARY = "bench-boundary";

export const memory: Section = {
  name: "memory",
  how:
    `${BODY_BYTES / MIB} MiB up (a multipart POST of a content resource) and ${BODY_BYTES / MIB} MiB down, after ${WARM_UP_BYTES / MIB} MiB of each to warm up. ` +
    `Growth is the highest resident memory of the workerd process (\`VmRSS\`, looked at every ${SAMPLE_MS} ms) less that before. ` +
    "Both ends compare SHA-256.",
  run,
};

async function run(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  try {
    await upload(workers, upstream, WARM_UP_BYTES);
    await download(workers, WARM_UP_BYTES);
    const up = await watchGrowth(workers.edge.pid, () => upload(workers, upstream, BODY_BYTES));
    const down = await watchGrowth(workers.edge.pid, () => download(workers, BODY_BYTES));
    return [toRow("100 MiB up", up), toRow("100 MiB down", down)];
  } finally {
    await workers.close();
    upstream.close();
  }
}

function toRow(what: string, { whole, growthMib }: { whole: boolean; growthMib: number }): Row {
  const measured = `+${growthMib.toFixed(0)} MiB, ${whole ? "bytes complete" : "BYTES DIFFER"}`;
  return judged(`Memory growth, ${what}`, measured, { goal: `≤ ${GOAL_MIB} MiB`, met: whole && growthMib <= GOAL_MIB });
}

async function watchGrowth(pid: number, work: () => Promise<boolean>): Promise<{ whole: boolean; growthMib: number }> {
  const before = readResidentMib(pid);
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, readResidentMib(pid));
  }, SAMPLE_MS);
  try {
    const whole = await work();
    return { whole, growthMib: Math.max(highest, readResidentMib(pid)) - before };
  } finally {
    clearInterval(timer);
  }
}

function readResidentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1_024;
}

function* makeMultipart(bytes: number): Generator<Buffer> {
  const field = (name: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`;
  yield Buffer.from(`${field("file")}; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n`);
  yield* makeBytes(bytes);
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}

/** True when GEN received what was sent. */
async function upload(workers: Workers, upstream: Upstream, bytes: number): Promise<boolean> {
  const sent = summarize(makeMultipart(bytes));
  const headers = {
    "x-api-key": workers.clientKey,
    "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    "content-length": sent.bytes,
  };
  const request = send(`${workers.edge.url}/v1/content_resources?agent_id=42`, { method: "POST", headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    request.on("response", resolve).on("error", reject),
  );
  await pipeline(Readable.from(makeMultipart(bytes)), request);
  const response = await answered;
  response.resume();
  const received = await upstream.lastUpload();
  return response.statusCode === 200 && received.sha256 === sent.sha256 && received.bytes === sent.bytes;
}

/** True when the caller received what GEN sent. */
async function download(workers: Workers, bytes: number): Promise<boolean> {
  const headers = { "x-api-key": workers.clientKey };
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    send(`${workers.edge.url}/v1/content_resources/${bytes}?agent_id=42`, { headers }, resolve)
      .on("error", reject)
      .end(),
  );
  const hash = createHash("sha256");
  for await (const chunk of response) hash.update(chunk);
  return response.statusCode === 200 && hash.digest("hex") === summarize(makeBytes(bytes)).sha256;
}

function summarize(chunks: Iterable<Buffer>): { bytes: number; sha256: string } {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}
