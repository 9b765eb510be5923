/**
 * Slack: HMAC-SHA256 of `v0:timestamp:body`, as `v0=` and hex. Events are JSON, slash commands are forms, interactions
 * (clicks) are JSON in a form.
 * The delivery id is `event_id`, which is signed and the same in a retry. Commands and clicks have none and are not
 * retried, so their id is the body's hash; it differs each time, because the body holds a single-use `trigger_id`.
 * Slack expects 200. The answer to a command or a click would be shown to the user, so it is empty.
 */
import { isRecord, readForm, readId, readJson, readJsonInForm, readMember } from "./body.ts";
import { claimTimedBody } from "./mac-header.ts";
import { type Bytes, PING, type RawDelivery, type Reading, type Scheme, toEvent, UNREADABLE } from "./scheme.ts";

const MAC = { header: "x-slack-signature", encoding: "hex", prefix: "v0=" } as const;
const TIME = { header: "x-slack-request-timestamp", toHead: (timestamp: string) => `v0:${timestamp}:` };
const OPENING_BRACE = 0x7b;

export function slack(): Scheme {
  return {
    hash: "SHA-256",
    readClaim: (delivery) => claimTimedBody(delivery, MAC, TIME),
    readEvent,
    acknowledgement: { status: 200, text: "" },
  };
}

function readEvent({ body }: RawDelivery): Reading {
  const payload = readPayload(body);
  if (!isRecord(payload)) return UNREADABLE;
  if (payload.type === "url_verification") return toChallenge(payload.challenge);
  if (payload.ssl_check === "1") return PING;
  const eventType = readMember(payload.event, "type") ?? readMember(payload, "type") ?? readMember(payload, "command");
  const event = { eventType, payload };
  if (payload.type !== "event_callback") return { kind: "event", identity: body, ...event };
  return toEvent(event, readId(payload, "event_id"), "event_id");
}

function readPayload(body: Bytes): unknown {
  if (body[0] === OPENING_BRACE) return readJson(body);
  return readJsonInForm(body) ?? readForm(body);
}

/** When the URL is configured Slack sends a challenge once, to be echoed. */
function toChallenge(challenge: unknown): Reading {
  return typeof challenge === "string"
    ? { kind: "challenge", body: challenge, contentType: "text/plain; charset=utf-8" }
    : UNREADABLE;
}
