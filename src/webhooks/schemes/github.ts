/**
 * GitHub: HMAC-SHA256 of the body in `X-Hub-Signature-256`, hex. The older SHA-1 header is ignored.
 * Neither `X-GitHub-Delivery` nor a time is signed, so the delivery id is the body's hash: redeliveries, and replays
 * under another id, have the same body. So do two manual dispatches of one workflow with the same inputs: add an input
 * that differs. `X-GitHub-Event` isn't signed either; a ping is recognised by its body.
 */
import { isRecord, readJson, readJsonInForm } from "./body.ts";
import { claimBody } from "./mac-header.ts";
import { PING, type RawDelivery, type Reading, type Scheme, UNREADABLE } from "./scheme.ts";

export function github(): Scheme {
  return {
    hash: "SHA-256",
    readClaim: (delivery) => claimBody(delivery, { header: "x-hub-signature-256", encoding: "hex", prefix: "sha256=" }),
    readEvent,
    eventHeaders: ["x-github-event"],
  };
}

function readEvent({ headers, body }: RawDelivery): Reading {
  const payload = readJson(body) ?? readJsonInForm(body);
  if (!isRecord(payload)) return UNREADABLE;
  if (typeof payload.zen === "string" && Object.hasOwn(payload, "hook_id")) return PING;
  return { kind: "event", identity: body, eventType: headers.get("x-github-event"), payload };
}
