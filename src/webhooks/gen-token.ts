/**
 * The token in the URL of GEN's webhooks, because GEN does not sign them. It is an HMAC of agent and version: a leaked
 * URL affects one agent only, and raising the version renews all URLs. The previous version stays valid while GEN is
 * given the new URLs.
 */
import { importHmacKey } from "../encoding/hash.ts";
import { fromHex, toHex } from "../encoding/hex.ts";

const MAC_BYTES = 32;

export async function createGenToken(secret: string, agent: string, version: number): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await importHmacKey(secret, "sign"), toMessage(agent, version));
  return toHex(new Uint8Array(mac));
}

/** Constant time: `verify` compares. */
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
