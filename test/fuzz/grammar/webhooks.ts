/** Webhooks: correctly signed, then often changed by one byte, and payloads that their sender would never write. */
import { bytes } from "../plan.ts";
import type { Random } from "../random.ts";
import { SOURCE_SECRETS } from "../secrets.ts";
import type { World } from "../world.ts";
import { makeBody, makeManyFields } from "./bodies.ts";
import { mutate } from "./headers.ts";
import { type Header, type Shot, withHeaders } from "./shot.ts";
import { signDelivery } from "./sign-delivery.ts";
import { HOSTILE, toText } from "./values.ts";

const SOURCES = Object.keys(SOURCE_SECRETS);
const JSON_TYPE: Header = ["Content-Type", "application/json"];
const DEPTH = 100_000;
/** Values in the place of an event's id. */
const IDS = [
  "7",
  "-0",
  "1.0",
  "9007199254740993",
  "6687881544318117707",
  "1e400",
  "9".repeat(5_000),
  "null",
  '""',
  "{}",
];

export function makeSourceWebhook(random: Random): Shot {
  const source = random.chance(0.05) ? random.pick(HOSTILE) : random.pick(SOURCES);
  const target = `/webhooks/${source}${random.chance(0.1) ? `?${encodeURI(toText(random))}` : ""}`;
  const body = makePayload(source, random);
  const secret = Object.hasOwn(SOURCE_SECRETS, source) ? (SOURCE_SECRETS[source] ?? "none") : "none";
  const url = `http://127.0.0.1${target}`;
  const signed = signDelivery(source, { body, secret, url, id: `msg_${random.int(1, 30)}` }, Date.now());
  const shot: Shot = { method: "POST", target, headers: [JSON_TYPE, ...signed], body: [bytes(body)] };
  return random.chance(0.5) ? shot : spoil(shot, body, random);
}

/** GEN's own webhooks: the token is in the address. */
export function makeGenWebhook({ genToken }: World, random: Random): Shot {
  const token = random.chance(0.8) ? genToken : mutate(genToken, random);
  const agent = random.chance(0.9) ? "42" : random.pick(HOSTILE);
  const made = makeBody(random);
  const hint = bytes(JSON.stringify({ data: { id: 9_000 + random.int(0, 60) }, [toText(random)]: 1 }));
  const body = random.chance(0.5) ? [hint] : made.parts;
  return { method: "POST", target: `/webhooks/gen/${agent}/${token}`, headers: made.headers, body };
}

function makePayload(source: string, random: Random): Buffer {
  const plain = {
    id: `evt_${random.int(1, 30)}`,
    event_id: `e${random.int(1, 30)}`,
    type: "x",
    webhookTimestamp: Date.now(),
    [toText(random)]: toText(random),
  };
  const text = random.weighted<() => string>([
    [8, () => (source === "twilio" ? `MessageSid=SM${random.int(1, 30)}&Body=Hello+you` : JSON.stringify(plain))],
    [1, () => `payload=${encodeURIComponent(JSON.stringify(plain))}`],
    [1, () => `{"id":"deep","event_id":"deep","x":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`],
    [
      1,
      () =>
        `{"id":${random.pick(IDS)},"event_id":${random.pick(IDS)},"type":${random.pick(IDS)},"n":[${random.pick(IDS)}]}`,
    ],
    [1, () => `{"__proto__":{"id":"x"},"constructor":1,"id":{"toString":1},"event_id":["a"],"type":{}}`],
    [1, () => '{"type":"url_verification","challenge":"<script>alert(1)</script>"}'],
    [1, () => `{"id":"\\ud800","event_id":"\\ud800\\udc00\\ud800","type":"\\u0000"}`],
    [
      1,
      () =>
        random.pick([
          "",
          "null",
          "[]",
          "1",
          '"x"',
          "{",
          "\u00ff\u00fe",
          "payload=",
          "a=1&a=2&a=1",
          "%",
          "[".repeat(DEPTH),
        ]),
    ],
    [0.5, () => "a=1&".repeat(60_000)],
    [0.5, () => makeManyFields(90_000)],
    [0.5, () => JSON.stringify({ ...plain, long: "y".repeat(1_100_000) })],
  ])();
  return Buffer.from(text, "latin1");
}

/** Changes one byte of the body or of a header, or leaves out or repeats a header. */
function spoil(shot: Shot, body: Buffer, random: Random): Shot {
  const [name, value] = random.pick(shot.headers);
  return random.pick<() => Shot>([
    () => ({ ...shot, body: [bytes(flip(body, random))] }),
    () => withHeaders(shot, [name, mutate(value, random)]),
    () => withHeaders(shot, [name, toText(random)]),
    () => ({ ...shot, headers: shot.headers.filter(([each]) => each !== name) }),
    () => ({ ...shot, headers: [...shot.headers, [name, mutate(value, random)]] }),
    () =>
      withHeaders(shot, [
        name,
        Array(20)
          .fill(value)
          .join(random.pick([" ", ",", ", "])),
      ]),
    () => ({ ...shot, method: random.pick(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]) }),
  ])();
}

function flip(body: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(body);
  const at = random.int(0, Math.max(0, body.length - 1));
  if (body.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(0, 7));
  return flipped;
}
