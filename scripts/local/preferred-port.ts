import { createServer } from "node:net";

/** The preferred port if it is free, else 0 (any free port). */
export function selectPort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(0));
    server.listen(preferred, "127.0.0.1", () => server.close(() => resolve(preferred)));
  });
}
