/** Runs in a child process: see `fixed-upstream.ts`. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Upload } from "./fixed-upstream.ts";
import { makeBytes } from "./made-bytes.ts";

const ANSWER = Buffer.from(JSON.stringify({ data: { id: 42, name: "An agent", description: "x".repeat(940) } }));

let lastUpload: Upload = { bytes: 0, sha256: "" };

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method === "POST") void takeUpload(request, response);
  else if (request.url?.startsWith("/v1/content_resources/")) void giveDownload(request, response);
  else answer(response);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("message", () => process.send?.(lastUpload));
process.on("disconnect", () => process.exit());

function answer(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": ANSWER.byteLength });
  response.end(ANSWER);
}

async function takeUpload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  lastUpload = { bytes, sha256: hash.digest("hex") };
  answer(response);
}

/** `/v1/content_resources/<bytes>` answers with that many bytes. */
async function giveDownload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = Number(request.url?.split("?")[0]?.split("/").at(-1));
  response.writeHead(200, { "content-type": "video/mp4", "content-length": bytes });
  await pipeline(makeBytes(bytes), response).catch(() => {});
}
