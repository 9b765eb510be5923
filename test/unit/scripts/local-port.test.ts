import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { createLocalClient } from "../../../scripts/local/local-client.ts";
import { selectPort } from "../../../scripts/local/preferred-port.ts";

it("takes the preferred port when it is free, and another when it is taken", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const other = await selectPort(port);
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(port);

  server.close();
  await once(server, "close");
  expect(await selectPort(port)).toBe(port);
});

it("lets the page of the Worker call it, whatever its port is", () => {
  const usual = createLocalClient(8787).origins;
  expect(createLocalClient(0).origins).toEqual(usual);
  expect(createLocalClient(4321).origins).toEqual([...usual, "http://localhost:4321", "http://127.0.0.1:4321"]);
});
