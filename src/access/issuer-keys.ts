/**
 * The issuer's published keys (a JWK Set, RFC 7517), cached for ten minutes. A token that matches no cached key
 * triggers a new fetch, at most once a minute in total. Keys come only from the configured URL: the fetch is bounded in
 * size and time and follows no redirects. Without keys nobody is let in.
 *
 * Each request fetches for itself. In Workers a request's I/O ends with that request, so no other request may wait for
 * it.
 */
import { type CryptoKey, createLocalJWKSet, type FlattenedJWSInput, type JWSHeaderParameters } from "jose";
import { JWKSNoMatchingKey } from "jose/errors";
import { parseJsonBytes } from "../encoding/json.ts";
import { readBody } from "../gen/read-body.ts";
import type { Clock } from "../resilience/clock.ts";

const KEEP_MS = 10 * 60_000;
const COOLDOWN_MS = 60_000;
/** How long to wait after a failed fetch. */
const FAILURE_COOLDOWN_MS = 5_000;
const MAX_FETCH_MS = 5_000;
const MAX_BYTES = 256 * 1_024;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The keys could not be fetched, so the token was neither accepted nor rejected. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** The `fetch` to use; tests pass their own. */
export type FetchKeys = (url: string, init: RequestInit) => Promise<Response>;

export class IssuerKeys {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #fetch: FetchKeys;
  #kept: { readonly keys: KeySet; readonly until: number } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cooldownUntil = 0;

  constructor(url: string, clock: Clock, fetchKeys: FetchKeys = (to, init) => fetch(to, init)) {
    this.#url = url;
    this.#clock = clock;
    this.#fetch = fetchKeys;
  }

  /**
   * The key that verifies the token. Throws `KeysUnavailable`, or one of jose's errors when no key or several keys
   * match.
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput, maxMs: number): Promise<CryptoKey> {
    const now = this.#clock.now();
    const keys = this.#kept !== null && now < this.#kept.until ? this.#kept.keys : await this.#load(maxMs);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey) || !this.#mayAskAgain) throw error;
      return await (await this.#load(maxMs))(header, token);
    }
  }

  /** Fetches the keys again; false when they were fetched less than a minute ago. Throws `KeysUnavailable`. */
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
    if (now < this.#cooldownUntil) throw new KeysUnavailable("The last attempt has failed a moment ago.");
    this.#askedAt = now;
    try {
      const keys = createLocalJWKSet(await this.#ask(Math.min(maxMs, MAX_FETCH_MS)));
      this.#kept = { keys, until: this.#clock.now() + KEEP_MS };
      return keys;
    } catch (error) {
      this.#cooldownUntil = this.#clock.now() + FAILURE_COOLDOWN_MS;
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
