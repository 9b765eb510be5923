/**
 * The secret in the URL of GEN's webhooks: GEN signs nothing. An HMAC of agent and version, so that one leaked URL is
 * one agent's alone, and all can be renewed by raising the version; the one before is still good while GEN is told.
 */
import { importHmacKey } from "../encoding/hash.ts";
import { fromHex, toHex } from "../encoding/hex.ts";

const MAC_BYTES = 32;

export async function createGenToken(secret: string, agent: string, version: number): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await importHmacKey(secret, "sign"), toMessage(agent, version));
  return toHex(new Uint8Array(mac));
}

/** In constant time: `verify` compares so. */
export async function isGenToken(
  token: string,
  { secret, agent, version }: { secret: string; agent: string; version: number },
): Promise<boolean> {
  const mac = fromHex(token);
  if (mac?.length !== MAC_BYTES) return false;
  const key = await importHmacKey(secret, "verify");
  const versions = version > 1 ? [version, version - 1] : [version];
  const found = await Promise.all(
    versions.map((each) => crypto.subtle.verify("HMAC", key, mac, toMessage(agent, each))),
  );
  return found.includes(true);
}

function toMessage(agent: string, version: number) {
  return new TextEncoder().encode(`gen-webhook:${version}:${agent}`);
}
