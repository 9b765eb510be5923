/**
 * The texts of problems by language. English is part of the code; the others are static assets, each fetched at first
 * use and then kept by the isolate. If one can't be fetched in time, English is used.
 */
import type { Log } from "../observability/log.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";
import { en } from "./english.ts";
import type { Language, Messages } from "./messages.ts";

const TIMEOUT_MS = 1_000;

/** The part of the static-assets binding that is used. */
interface Assets {
  fetch(url: string): Promise<Response>;
}

export interface Texts {
  readonly language: Language;
  readonly messages: Messages;
}

export class Translations {
  readonly #assets: Assets;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #loaded = new Map<Language, Messages>([["en", en]]);

  constructor(assets: Assets, clock: Clock, log: Log) {
    this.#assets = assets;
    this.#clock = clock;
    this.#log = log;
  }

  async select(language: Language): Promise<Texts> {
    const messages = this.#loaded.get(language) ?? (await this.#load(language));
    return messages ? { language, messages } : { language: "en", messages: en };
  }

  async #load(language: Language): Promise<Messages | null> {
    try {
      const end = await within(TIMEOUT_MS, this.#fetch(language), this.#clock);
      if (end.kind === "late") throw new Error("It took too long.");
      this.#loaded.set(language, end.value);
      return end.value;
    } catch (error) {
      this.#log("warn", { message: "texts_missing", language, error: String(error) });
      return null;
    }
  }

  async #fetch(language: Language): Promise<Messages> {
    // The host does not matter: the binding uses only the path.
    const response = await this.#assets.fetch(`https://assets.invalid/messages/${language}.json`);
    if (!response.ok) throw new Error(`Status ${response.status}.`);
    return (await response.json()) as Messages;
  }
}
