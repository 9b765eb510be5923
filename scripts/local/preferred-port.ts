import { type AddressInfo, createServer } from "node:net";

/** The preferred port if it is free, else one that is. */
export function selectPort(preferred: number): Promise<number> {
  return tryPort(preferred).catch(() => tryPort(0));
}

/** Returns the port, or a free one for 0. Throws when it is taken. */
function tryPort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
