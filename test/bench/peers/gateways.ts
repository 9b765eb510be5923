/** What a forwarded GET costs and how much longer it takes through this Worker and through Portkey's gateway. */
import { createCaller } from "../caller.ts";
import { startUpstream } from "../fixed-upstream.ts";
import { applyLoad } from "../load.ts";
import { beside, type Row } from "../section.ts";
import { median } from "../statistics.ts";
import { readCpuNs } from "../workerd-process.ts";
import { startWorkers } from "../workers.ts";
import { type Portkey, startPortkey } from "./portkey.ts";

const PATH = "/v1/agents/42?view=full";
export const LOAD = { connections: 32, requests: 2_000 } as const;
export const ROUNDS = 5;
const WARM_UP_ROUNDS = 1;
export const TURNS = 1_000;
const WARM_UP_TURNS = 200;

interface Side {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Gateway extends Side {
  readonly pid: number;
}

export async function compareGateways(): Promise<readonly Row[]> {
  const portkey = await startPortkey();
  if ("leftOut" in portkey) return [beside("A GET forwarded by @portkey-ai/gateway", `left out: ${portkey.leftOut}`)];
  try {
    return await compareWith(portkey);
  } finally {
    await portkey.close();
  }
}

async function compareWith(portkey: Portkey): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  const key = { "x-api-key": workers.clientKey };
  const direct: Side = { url: `${upstream.origin}${PATH}`, headers: key };
  const edge: Gateway = { url: `${workers.edge.url}${PATH}`, headers: key, pid: workers.edge.pid };
  const peer: Gateway = {
    url: `${portkey.url}${PATH}`,
    headers: { ...key, ...portkey.headersTo(upstream.origin) },
    pid: portkey.pid,
  };
  try {
    for (const side of [direct, edge, peer]) await checkAnswer(side, direct.url);
    const [edgeUs, peerUs] = await measureCpu(edge, peer);
    const [directMs, edgeMs, peerMs] = await measureLatency([direct, edge, peer]);
    return [
      beside("CPU time of a forwarded GET: this Worker in workerd", `${edgeUs.toFixed(0)} µs`),
      beside("… @portkey-ai/gateway in Node", `${peerUs.toFixed(0)} µs`),
      beside("Median added time of a forwarded GET: this Worker", `${(edgeMs - directMs).toFixed(2)} ms`),
      beside("… @portkey-ai/gateway", `${(peerMs - directMs).toFixed(2)} ms`),
    ];
  } finally {
    await workers.close();
    upstream.close();
  }
}

async function checkAnswer({ url, headers }: Side, directUrl: string): Promise<void> {
  const expected = await (await fetch(directUrl)).text();
  const answer = await fetch(url, { headers });
  if ((await answer.text()) !== expected) throw new Error(`${url} answered ${answer.status}, not what was forwarded.`);
}

/** Microseconds of CPU time for each request: the medians of rounds in turns. */
async function measureCpu(edge: Gateway, peer: Gateway): Promise<readonly [edge: number, peer: number]> {
  const rounds: { edge: number; peer: number }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const measured = { edge: await measureRound(edge), peer: await measureRound(peer) };
    if (round >= 0) rounds.push(measured);
  }
  return [median(rounds.map((round) => round.edge)), median(rounds.map((round) => round.peer))];
}

async function measureRound({ url, headers, pid }: Gateway): Promise<number> {
  const before = readCpuNs(pid);
  await applyLoad({ url, headers, ...LOAD });
  return (readCpuNs(pid) - before) / LOAD.requests / 1_000;
}

/** Milliseconds, the medians over one connection, one of each side in turns. */
async function measureLatency(sides: readonly [Side, Side, Side]): Promise<readonly [number, number, number]> {
  const caller = createCaller();
  const times: readonly [number[], number[], number[]] = [[], [], []];
  try {
    for (let turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
      for (const [index, { url, headers }] of sides.entries()) {
        const { status, ms } = await caller.get(url, headers);
        if (status !== 200) throw new Error(`${url} answered ${status}`);
        if (turn >= 0) times[index]?.push(ms);
      }
    }
  } finally {
    caller.close();
  }
  return [median(times[0]), median(times[1]), median(times[2])];
}
