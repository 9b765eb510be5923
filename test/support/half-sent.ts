/** A request whose headers are sent, and only a part of its body. */
import { once } from "node:events";
import { connect } from "node:net";

export interface HalfSent {
  /** Sends more of the body. */
  write(text: string): void;
  /** The status of the answer, once it has come. */
  status(): Promise<number>;
  close(): void;
}

export async function sendHalf(
  url: string,
  { headers = {}, length = 1_000 }: { headers?: Readonly<Record<string, string>>; length?: number } = {},
): Promise<HalfSent> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const own = { host: `${hostname}:${port}`, "content-length": String(length), ...headers };
  const lines = Object.entries(own).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n{`);
  return {
    write: (text) => void socket.write(text),
    async status() {
      const [data] = await once(socket, "data");
      return Number(/^HTTP\/1\.1 (\d{3}) /.exec(String(data))?.[1]);
    },
    close: () => void socket.destroy(),
  };
}
