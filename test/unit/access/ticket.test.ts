import { beforeAll, describe, expect, it } from "vitest";
import { createTicket, readTicket, type Ticket } from "../../../src/access/ticket.ts";

const NOW = Date.UTC(2027, 0, 1);
const SECRET = "a secret of the tests";
const TICKET: Ticket = { subject: "generation:9000", clientId: "abcDEF0123", expiresAt: NOW + 3_600_000 };

let ticket: string;
let text: string;
let mac: string;
beforeAll(async () => {
  ticket = await createTicket(SECRET, TICKET);
  [text = "", mac = ""] = ticket.split(".");
});

const toText = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a ticket", () => {
  it("reads back as it was made, as often as it is shown", async () => {
    expect(await readTicket(SECRET, ticket, NOW)).toEqual(TICKET);
    expect(await readTicket(SECRET, ticket, NOW + 1)).toEqual(TICKET);
  });

  it("needs no escaping in a URL", () => {
    expect(encodeURIComponent(ticket)).toBe(ticket);
  });

  it("expires at the end of its hour", async () => {
    expect(await readTicket(SECRET, ticket, TICKET.expiresAt - 1)).toEqual(TICKET);
    expect(await readTicket(SECRET, ticket, TICKET.expiresAt)).toBeNull();
  });

  it("is refused when another secret has signed it", async () => {
    expect(await readTicket(`${SECRET}!`, ticket, NOW)).toBeNull();
  });

  it("is refused once any one character is changed, missing or doubled", async () => {
    const places = [...ticket].map((_, at) => at);
    const others = (at: number) => (ticket[at] === "0" ? "1" : "0");
    const changed = places.flatMap((at) => [
      ticket.slice(0, at) + others(at) + ticket.slice(at + 1),
      ticket.slice(0, at) + ticket.slice(at + 1),
      ticket.slice(0, at + 1) + ticket.slice(at),
    ]);
    const taken = await Promise.all(changed.map((each) => readTicket(SECRET, each, NOW)));
    expect(taken.filter((each) => each !== null)).toEqual([]);
  });

  it.each([
    ["nothing", () => ""],
    ["its text alone", () => text],
    ["its signature alone", () => `.${mac}`],
    ["half a signature", () => `${text}.${mac.slice(0, 32)}`],
    ["two signatures", () => `${text}.${mac}.${mac}`],
    ["a signature in capitals", () => `${text}.${mac.toUpperCase()}`],
    ["a line break behind it", () => `${ticket}\n`],
    ["padding", () => `${text}=.${mac}`],
    ["a later end", () => `${toText([TICKET.subject, TICKET.clientId, TICKET.expiresAt + 1])}.${mac}`],
    ["another generation", () => `${toText(["generation:9001", TICKET.clientId, TICKET.expiresAt])}.${mac}`],
    ["a huge one", () => `${"a".repeat(1_000_000)}.${mac}`],
  ])("is refused when it is %s", async (_, make) => {
    expect(await readTicket(SECRET, make(), NOW)).toBeNull();
  });

  it("is not what the same secret signs for something else", async () => {
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(SECRET),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const other = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
    expect(await readTicket(SECRET, `${text}.${Buffer.from(other).toString("hex")}`, NOW)).toBeNull();
  });
});
