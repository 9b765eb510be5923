import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server on one port of 127.0.0.1 whose connections can really be refused. */
export class Listener {
  readonly #handler: RequestListener;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: number, handler: RequestListener) {
    this.#port = port;
    this.#handler = handler;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#server) return;
    clearTimeout(this.#timer);
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, this.#handler);
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /**
   * Refuses connections for `ms` or until `open()`. It counts real time, since the network knows no simulated clock.
   */
  async refuse(ms?: number): Promise<void> {
    await this.close();
    if (ms !== undefined) this.#timer = setTimeout(() => void this.open(), ms);
  }
}
