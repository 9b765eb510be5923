import { describe, expect, it } from "vitest";
import { type JudgedSender, judge, NOW, SENDERS, send, withHeaders } from "../../../support/judged-senders.ts";

const senders = Object.entries<JudgedSender>(SENDERS);
const timed = senders.filter(([, sender]) => sender.timed);
const timedByHeader = senders.filter(([, sender]) => sender.timestampHeader !== undefined);
const inJson = senders.filter(([, sender]) => sender.format === "json");

const why = (reason: string) => ({ kind: "refused", why: reason });

describe.each(senders)("a delivery of %s", (_, sender) => {
  const { signatureHeader, secret, otherSecret } = sender;
  const good = () => send(sender);
  const signature = () => good().headers.get(signatureHeader) ?? "";
  const signedAs = (value: string | null) => judge(sender, withHeaders(good(), { [signatureHeader]: value }));

  it("is taken when it is signed with the secret", async () => {
    expect(await judge(sender, good())).toMatchObject({ kind: "verified" });
  });

  it.each([
    ["changed in one bit", (body: Uint8Array) => body.with(body.length - 3, (body.at(-3) ?? 0) ^ 1)],
    ["cut short", (body: Uint8Array) => body.slice(0, -1)],
    ["made longer", (body: Uint8Array) => Buffer.concat([body, Buffer.from("1")])],
    ["emptied", () => new Uint8Array()],
  ])("is refused when its body was %s", async (_, change) => {
    const delivery = { ...good(), body: new Uint8Array(change(good().body)) };
    expect(await judge(sender, delivery)).toEqual(why("bad_signature"));
  });

  it("is refused when it is signed with another secret", async () => {
    expect(await judge(sender, send(sender, { secret: otherSecret }))).toEqual(why("bad_signature"));
  });

  it("is refused without a signature", async () => {
    expect(await signedAs(null)).toEqual(why("unsigned"));
  });

  it.each([
    ["empty", () => ""],
    ["garbage", () => "garbage"],
    ["huge", () => "a".repeat(100_000)],
    ["a huge list", () => "v1,t=1,v1=a ".repeat(10_000)],
    ["not ASCII", () => "sha256=é"],
    ["one character short", () => signature().slice(0, -1)],
    ["one character long", () => `${signature()}0`],
    ["under another prefix", () => `x${signature()}`],
    ["sent twice", () => `${signature()}, ${signature()}`],
  ])("is refused when its signature is %s", async (_, change) => {
    expect(await signedAs(change())).toEqual(why("malformed_signature"));
  });

  it("is refused when one character of its signature was changed", async () => {
    const changed = signature().replace(/([^=])([^=]{4}=*)$/, (_, char, end) => (char === "0" ? "1" : "0") + end);
    expect(await signedAs(changed)).toEqual(why("bad_signature"));
  });

  it("is taken under the old and under the new secret while both are set", async () => {
    for (const each of [secret, otherSecret]) {
      const delivery = send(sender, { secret: each });
      expect(await judge(sender, delivery, [secret, otherSecret])).toMatchObject({ kind: "verified" });
    }
    expect(await judge(sender, good(), [otherSecret])).toEqual(why("bad_signature"));
  });

  it("is refused while no secret is set", async () => {
    expect(await judge(sender, good(), [])).toEqual(why("no_secret"));
    const empty = sender.scheme.toKey ? "whsec_" : "";
    const body = Buffer.from(sender.toBody(NOW, "1"));
    expect(await judge(sender, send(sender, { secret: empty, body }), [empty])).toEqual(why("no_secret"));
  });

  it("runs nothing when its body is empty, though it is signed", async () => {
    expect(await judge(sender, send(sender, { body: "" }))).toEqual({ kind: "unreadable" });
  });

  it("has the same id when it is replayed, and when it is sent again later", async () => {
    const first = await judge(sender, good());
    const later = await judge(sender, send(sender, { sentAtMs: NOW + 60_000 }), [secret], NOW + 60_000);
    expect(await judge(sender, good())).toEqual(first);
    expect(first).toHaveProperty("deliveryId");
    expect(later).toHaveProperty("deliveryId", "deliveryId" in first ? first.deliveryId : null);
  });

  it("has the same id whatever is written in headers that are not signed", async () => {
    const first = await judge(sender, good());
    const changes = [...Object.keys(sender.beside), "content-type"].map((name) => [name, "x-www-form-urlencoded"]);
    const replayed = await judge(sender, withHeaders(good(), Object.fromEntries(changes)));
    expect(replayed).toHaveProperty("deliveryId", "deliveryId" in first ? first.deliveryId : null);
  });
});

describe.each(inJson)("a body of %s", (_, sender) => {
  it("runs nothing when it is not UTF-8", async () => {
    const body = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(await judge(sender, send(sender, { body }))).toEqual({ kind: "unreadable" });
  });

  it.each(['{"id":', "{}}", '{"a":1} x'])("runs nothing when it is broken JSON: %s", async (body) => {
    expect(await judge(sender, send(sender, { body }))).toEqual({ kind: "unreadable" });
  });
});

describe.each(timed)("the time that %s signs", (_, sender) => {
  const sentAgo = (ageMs: number) => judge(sender, send(sender, { sentAtMs: NOW - ageMs }));

  it("may be five minutes past or ahead, and no more", async () => {
    expect(await sentAgo(300_000)).toMatchObject({ kind: "verified" });
    expect(await sentAgo(-300_000)).toMatchObject({ kind: "verified" });
    expect(await sentAgo(301_000)).toEqual(why("stale"));
    expect(await sentAgo(-301_000)).toEqual(why("future"));
  });

  it("is not looked at before the signature is good", async () => {
    const delivery = send(sender, { sentAtMs: NOW - 301_000, secret: sender.otherSecret });
    expect(await judge(sender, delivery)).toEqual(why("bad_signature"));
  });
});

describe.each(timedByHeader)("the header with the time of %s", (_, sender) => {
  const at = (value: string | null) =>
    judge(sender, withHeaders(send(sender, { sentAtMs: NOW }), { [sender.timestampHeader ?? ""]: value }));

  it("can't be changed", async () => {
    expect(await at(String(NOW / 1_000 + 1))).toEqual(why("bad_signature"));
  });

  it("can't be left out", async () => {
    expect(await at(null)).toEqual(why("unsigned"));
  });

  it.each(["", "now", "-1700000000", "1700000000.0", "1.7e9", "0x6553f100", "1700000000, 1700000000", "9".repeat(400)])(
    "is refused unless it is digits: “%s”",
    async (value) => {
      expect(await at(value)).toEqual(why("malformed_signature"));
    },
  );
});
