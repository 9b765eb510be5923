/** A receiver of notifications: a Node server that fails as often as a test says, and records what it got. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

export interface Received {
  readonly id: string;
  /** Whether the Standard Webhooks library accepts the signature. */
  readonly genuine: boolean;
  readonly type: string;
  /** The body as it came. */
  readonly body: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  /** What it was answered. */
  readonly answered: Reception;
}

/** A status, or the connection is reset. */
export type Reception = number | "reset";

export interface Receiver {
  readonly url: string;
  readonly secret: string;
  /** In the order in which they came. */
  readonly got: readonly Received[];
  /** The answers to the next messages; without any, 204. */
  script(...statuses: number[]): void;
  /** From now on this says what is answered. */
  answer(choose: () => Reception): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  // Its 24 bytes encode to base64 without `+` and `/`, so that a request id can contain it, too.
  const secret = `whsec_${Buffer.from("twenty-four random bytes").toString("base64")}`;
  const got: Received[] = [];
  const statuses: number[] = [];
  let choose = (): Reception => statuses.shift() ?? 204;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const { type, data } = JSON.parse(body);
    const id = headers["webhook-id"] ?? "";
    const answered = choose();
    got.push({ id, genuine: isGenuine(secret, body, headers), type, body, data, at: Date.now(), answered });
    if (answered === "reset") request.socket.resetAndDestroy();
    else response.writeHead(answered).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?token=hidden`,
    secret,
    got,
    script: (...next) => void statuses.push(...next),
    answer: (next) => {
      choose = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isGenuine(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
