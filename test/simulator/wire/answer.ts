import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShapedOutcome } from "../faults/outcome.ts";
import type { Reply } from "../gen/reply.ts";
import { genHeaders } from "./gen-headers.ts";

const FILLER = Buffer.alloc(65_536, "gen-simulator filler. ");

/** Sends a reply as the outcome shapes it: late, in chunks, stalling or cut. */
export async function sendAnswer(response: ServerResponse, reply: Reply, shape: ShapedOutcome): Promise<void> {
  if (shape.delayHeadersMs) await sleep(shape.delayHeadersMs);
  const body = bodyOf(reply);
  const bytes = reply.fillerBytes ?? body?.length ?? 0;
  const headers: Record<string, string | number> = { ...genHeaders(), ...reply.headers };
  if (reply.json !== undefined) headers["content-type"] ??= "application/json; charset=utf-8";
  const isBodiless = reply.status === 204 || reply.status === 304;
  if (!isBodiless && !shape.chunked) headers["content-length"] ??= bytes;
  response.writeHead(reply.status, headers);
  if (isBodiless || response.req.method === "HEAD") response.end();
  else if (reply.fillerBytes === undefined && !isShaped(shape)) response.end(body);
  else await sendShaped(response, { body, bytes }, shape);
}

interface Payload {
  readonly body: Buffer | undefined;
  readonly bytes: number;
}

async function sendShaped(response: ServerResponse, payload: Payload, shape: ShapedOutcome): Promise<void> {
  const { stallBodyAfterBytes: stallAt, stallMs, cutBodyAfterBytes: cutAt } = shape;
  const end = Math.min(cutAt ?? payload.bytes, payload.bytes);
  response.flushHeaders();
  if (stallAt !== undefined) {
    await writeRange(response, payload, 0, Math.min(stallAt, end));
    if (stallMs === null || stallMs === undefined) return;
    await sleep(stallMs);
  }
  await writeRange(response, payload, Math.min(stallAt ?? 0, end), end);
  if (cutAt === undefined) response.end();
  else response.write("", () => response.socket?.destroy());
}

/** Sends at most one filler block more than the reader has taken. */
async function writeRange(response: ServerResponse, { body, bytes }: Payload, from: number, to: number): Promise<void> {
  for (let at = from; at < to && !response.destroyed; ) {
    const block = body ? body.subarray(at, to) : FILLER.subarray(0, Math.min(FILLER.length, to - at, bytes - at));
    at += block.length;
    if (!response.write(block)) await drained(response);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function isShaped({ stallBodyAfterBytes, cutBodyAfterBytes, chunked }: ShapedOutcome): boolean {
  return stallBodyAfterBytes !== undefined || cutBodyAfterBytes !== undefined || chunked === true;
}

function bodyOf({ json, text }: Reply): Buffer | undefined {
  if (text !== undefined) return Buffer.from(text);
  return json === undefined ? undefined : Buffer.from(JSON.stringify(json));
}
