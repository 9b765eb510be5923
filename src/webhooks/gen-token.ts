/**
 * The secret in the URL of GEN's webhooks: GEN signs nothing. An HMAC of agent and version, so that one leaked URL is
 * one agent's alone, and all can be renewed by raising the version; the one before is still good while GEN is told.
 */
import { toHex } from "../encoding/hex.ts";

export async function createGenToken(secret: string, agent: string, version: number): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await importKey(secret, "sign"), toMessage(agent, version));
  return toHex(new Uint8Array(mac));
}

/** In constant time: `verify` compares so. */
export async function isGenToken(
  token: string,
  { secret, agent, version }: { secret: string; agent: string; version: number },
): Promise<boolean> {
  const mac = fromHex(token);
  if (mac === null) return false;
  const key = await importKey(secret, "verify");
  const versions = version > 1 ? [version, version - 1] : [version];
  const found = await Promise.all(
    versions.map((each) => crypto.subtle.verify("HMAC", key, mac, toMessage(agent, each))),
  );
  return found.includes(true);
}

function importKey(secret: string, usage: "sign" | "verify") {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [usage]);
}

function toMessage(agent: string, version: number) {
  return new TextEncoder().encode(`gen-webhook:${version}:${agent}`);
}

/** Null for what can't be a token. */
function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/.test(text)) return null;
  return new Uint8Array((text.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16)));
}
