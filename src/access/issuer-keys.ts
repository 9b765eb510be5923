/**
 * The keys that an issuer publishes (a JWK Set, RFC 7517), kept for ten minutes. A token of none asks for them again,
 * at most once a minute, whoever sends it. They come from the configured address alone: bounded in size and time, and a
 * redirect is not followed. What could not be fetched lets nobody in.
 *
 * Each request that needs them fetches for itself: in Workers what one request waits for dies with it, so another
 * must not wait for the same.
 */
import { type CryptoKey, createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from "jose";
import { parseJsonBytes } from "../encoding/json.ts";
import { readBody } from "../gen/read-body.ts";
import type { Clock } from "../resilience/clock.ts";

const KEEP_MS = 10 * 60_000;
const COOLDOWN_MS = 60_000;
/** After a fetch that failed nobody asks for this long. */
const REST_MS = 5_000;
const MAX_FETCH_MS = 5_000;
const MAX_BYTES = 256 * 1_024;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The keys could not be had: nothing is known about the token. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** The network's part, given so that a test can stand in for it. */
export type FetchKeys = (url: string, init: RequestInit) => Promise<Response>;

export class IssuerKeys {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #fetch: FetchKeys;
  #kept: { readonly keys: KeySet; readonly until: number } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #restsUntil = 0;

  constructor(url: string, clock: Clock, fetchKeys: FetchKeys = (to, init) => fetch(to, init)) {
    this.#url = url;
    this.#clock = clock;
    this.#fetch = fetchKeys;
  }

  /** The key that a token needs. Throws `KeysUnavailable`, or an error of jose: there is none, or more than one. */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput, maxMs: number): Promise<CryptoKey> {
    const now = this.#clock.now();
    const keys = this.#kept !== null && now < this.#kept.until ? this.#kept.keys : await this.#load(maxMs);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayAskAgain) throw error;
      return await (await this.#load(maxMs))(header, token);
    }
  }

  /** Fetches them anew, unless that was done a moment ago. Throws `KeysUnavailable`. */
  async renew(maxMs: number): Promise<boolean> {
    if (!this.#mayAskAgain) return false;
    await this.#load(maxMs);
    return true;
  }

  get #mayAskAgain(): boolean {
    return this.#clock.now() - this.#askedAt >= COOLDOWN_MS;
  }

  async #load(maxMs: number): Promise<KeySet> {
    const now = this.#clock.now();
    if (now < this.#restsUntil) throw new KeysUnavailable("The last attempt has failed a moment ago.");
    this.#askedAt = now;
    try {
      const keys = createLocalJWKSet(await this.#ask(Math.min(maxMs, MAX_FETCH_MS)));
      this.#kept = { keys, until: this.#clock.now() + KEEP_MS };
      return keys;
    } catch (error) {
      this.#restsUntil = this.#clock.now() + REST_MS;
      throw new KeysUnavailable(error instanceof Error ? error.message : String(error));
    }
  }

  async #ask(maxMs: number): Promise<{ keys: [] }> {
    const endsAt = this.#clock.now() + maxMs;
    const controller = new AbortController();
    const stop = this.#clock.after(maxMs, () => controller.abort(new Error("It took too long.")));
    try {
      const headers = { accept: "application/jwk-set+json, application/json" };
      const response = await this.#fetch(this.#url, { headers, redirect: "manual", signal: controller.signal });
      if (response.status !== 200) throw new Error(`It answered with status ${response.status}.`);
      const left = endsAt - this.#clock.now();
      const read = await readBody(response.body, { maxBytes: MAX_BYTES, maxMs: left, clock: this.#clock });
      if (read.kind === "too-long") read.rest.cancel().catch(() => {});
      if (read.kind !== "whole") throw new Error(read.kind === "cut" ? "It broke off." : "It is too long.");
      return parseJsonBytes(read.bytes) as { keys: [] };
    } finally {
      stop();
    }
  }
}
