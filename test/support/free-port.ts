import { once } from "node:events";
import { createServer } from "node:net";

/** A port of this machine that nothing listens on, for a program that can't say which port it has chosen. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}
