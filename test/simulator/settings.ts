/**
 * The settings of the simulated GEN: its times, and the behaviour that GEN's documents leave open about idempotency
 * keys. The defaults follow `gen-api.md`, with minutes shortened to seconds so that a person can wait for them.
 */
export type Kind = "text" | "image" | "video" | "audio" | "render" | "job" | "run";

export interface Life {
  readonly pendingMs: number;
  readonly processingMs: number;
}

export type WebhookShape = "generation" | "flat" | "data" | "user_job" | "form" | "unknown";

export interface Settings {
  /** How long each kind stays pending, then processing. A run is working for the sum of both. */
  generationMs: Record<Kind, Life>;
  /** Time between the checks of a charged call and its commit; what makes concurrent calls really overlap. */
  workMs: number;
  /** Whether a 4xx of GEN's own is remembered under the key and given again. */
  replayOwn4xx: boolean;
  /** Whether a 5xx of GEN's own (an outcome with `own: true`) is remembered under the key and given again. */
  replayOwn5xx: boolean;
  /** Whether input and credits are checked before the key is looked up, so that a repeat can be refused. */
  validateBeforeKey: boolean;
  /**
   * What happens to a second send at the same time under one key: it waits for the first's answer, is refused, or
   * charges, too.
   */
  concurrentKey: "once" | "conflict" | "twice";
  /** The actual cost in percent of the estimate, settled on completion. */
  settlementPercent: number;
  /** Requests a second over all hosts before 429 `rate_limited`; null as GEN says it is today. */
  rateLimitPerSecond: number | null;
  /** False accepts every request without a key. */
  authRequired: boolean;
  /** False answers backups with 503, like a GEN that has switched them off. */
  backupsEnabled: boolean;
  /**
   * How the list of credit transactions, newest first, is shown: whole, in pages of so many lines (`?page=2`), or its
   * newest lines alone.
   */
  transactions: { readonly perPage: number } | { readonly newest: number } | "whole";
  /** Whether a run stops at `awaiting_approval` instead of completing. */
  runsNeedApproval: boolean;
  /** Further attempts of a webhook that was not answered with 2xx. */
  webhookRetries: number;
  /** The shape of the payload. GEN does not publish it, so a receiver must be able to read each of these. */
  webhookShape: WebhookShape;
  /** False keeps counters only, for the benchmarks. */
  ledgerRequests: boolean;
}

export function defaultSettings(): Settings {
  return {
    generationMs: {
      text: { pendingMs: 300, processingMs: 1_200 },
      image: { pendingMs: 500, processingMs: 2_500 },
      video: { pendingMs: 1_000, processingMs: 5_000 },
      audio: { pendingMs: 500, processingMs: 2_500 },
      render: { pendingMs: 500, processingMs: 3_000 },
      job: { pendingMs: 300, processingMs: 1_500 },
      run: { pendingMs: 0, processingMs: 2_000 },
    },
    workMs: 0,
    replayOwn4xx: false,
    replayOwn5xx: false,
    validateBeforeKey: false,
    concurrentKey: "once",
    settlementPercent: 100,
    rateLimitPerSecond: null,
    authRequired: true,
    backupsEnabled: true,
    transactions: "whole",
    runsNeedApproval: false,
    webhookRetries: 0,
    webhookShape: "generation",
    ledgerRequests: true,
  };
}

export type SettingsChange = Partial<Omit<Settings, "generationMs">> & {
  generationMs?: Partial<Record<Kind, Partial<Life>>>;
};

/** Changes `settings` in place; unknown names are an error, so that a misspelt setting can't pass a test. */
export function changeSettings(settings: Settings, change: SettingsChange): void {
  const { generationMs, ...rest } = change;
  for (const name of Object.keys(rest)) if (!(name in settings)) throw new TypeError(`No setting named ${name}`);
  Object.assign(settings, rest);
  for (const [kind, life] of Object.entries(generationMs ?? {})) {
    if (!(kind in settings.generationMs)) throw new TypeError(`No generation kind named ${kind}`);
    settings.generationMs[kind as Kind] = { ...settings.generationMs[kind as Kind], ...life };
  }
}
