import { createServer } from "node:net";

/** The port if nobody listens on it, else 0: any free one. */
export function selectPort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(0));
    server.listen(preferred, "127.0.0.1", () => server.close(() => resolve(preferred)));
  });
}
