/** A sign-in service: publishes its keys over a real socket, or gives the answer that a test sets, and signs tokens. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { AUDIENCE, createIssuer, type Issuer } from "./issuer.ts";

export interface IdentityProvider extends Issuer {
  /** The variables of a Worker that trusts it. */
  readonly vars: Readonly<Record<string, string>>;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** Sets the answer to all further requests for the keys; null restores the keys. */
  answer(listener: RequestListener | null): void;
  close(): void;
}

export async function startIdentityProvider(name = "https://id.example/"): Promise<IdentityProvider> {
  const issuer = await createIssuer(name, Date.now);
  let asked = 0;
  let listener: RequestListener | null = null;
  const server = createServer((request, response) => {
    asked += 1;
    if (listener) listener(request, response);
    else response.setHeader("content-type", "application/json").end(JSON.stringify(issuer.keySet()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...issuer,
    vars: { JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`, JWT_ISSUER: name, JWT_AUDIENCE: AUDIENCE },
    asked: () => asked,
    answer: (given) => {
      listener = given;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
