/** The answers that the console reads, as `/openapi.json` describes them: the members that it shows. */
type Charged = "no" | "yes" | "unknown";

export interface Health {
  readonly version: string;
  readonly gen?: GenHealth | null;
  readonly calls_open?: number | null;
  readonly calls_unknown?: number | null;
  readonly notifications_waiting?: number | null;
  readonly notifications_failed?: number | null;
  readonly deliveries_refused?: number | null;
  readonly deliveries_rejected?: number | null;
  readonly runs_failed?: number | null;
  readonly transactions_unknown?: number | null;
}

export interface GenHealth {
  readonly reachable: boolean | null;
  readonly key_accepted: boolean | null;
  readonly credits: { readonly available: number | null; readonly low: boolean | null };
  readonly problems: readonly string[];
  readonly unhealthy_since: string | null;
  readonly checked_at: string;
}

export interface Charges {
  readonly paused: boolean;
  readonly by: "switch" | "variable" | null;
  readonly since: string | null;
}

export interface Activity {
  readonly step_seconds: number;
  readonly series: readonly ActivityPoint[];
}

interface ActivityPoint {
  readonly at: string;
  readonly requests: number;
  readonly by_outcome: { readonly success: number; readonly refused: number; readonly failed: number };
  readonly errors: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly latency_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly credits: number;
}

export interface Failure {
  readonly status?: number;
  readonly error_code?: string | null;
  readonly kind?: string;
}

interface Job {
  readonly kind: string;
  readonly id: string;
}

export interface CallRow {
  readonly id: string;
  readonly client_id: string;
  readonly operation: string;
  readonly agent_id: string | null;
  readonly tag: string | null;
  readonly request_id: string | null;
  readonly state: string;
  readonly charged: Charged;
  readonly untraced?: boolean;
  readonly estimate: number | null;
  readonly accepted_at: string;
  readonly next_at: string | null;
  readonly failure: Failure | null;
}

export interface CallPage {
  readonly calls: readonly CallRow[];
  readonly next?: string;
}

export interface Call {
  readonly client_id: string;
  readonly operation: string;
  readonly request_id: string | null;
  readonly agent_id: string | null;
  readonly sheet_id: string | null;
  readonly cell_id: string | null;
  readonly tag: string | null;
  readonly run_id: string | null;
  readonly state: string;
  readonly charged: Charged;
  readonly accepted_at: string;
  readonly next_at: string | null;
  readonly sends: number;
  readonly cancel_wanted?: boolean;
  readonly stopped?: boolean;
  readonly untraced?: boolean;
  readonly started: readonly Job[];
  readonly failure?: Failure;
  readonly story: readonly StoryEntry[];
  readonly answer?: { readonly status: number; readonly body: unknown };
  /** Null: it made no charge, or the ledger could not be read. */
  readonly credits?: Credits | null;
}

/** How a charge stands, and what it was about to cost, has cost, and gave back. */
interface Credits {
  readonly state: string;
  readonly ended: string | null;
  readonly estimate: number | null;
  readonly cost: number | null;
  readonly given_back: number | null;
}

export interface StoryEntry {
  readonly at: string;
  readonly what: string;
  readonly outcome?: string;
  readonly error_code?: string;
  readonly why?: string;
  readonly charged?: boolean;
  readonly next_at?: string;
  readonly request_id?: string;
}

export interface Pipelines {
  readonly pipelines: readonly { readonly name: string; readonly description: string }[];
}

interface RunError {
  readonly error_code: string;
  readonly detail: string;
  readonly step?: string;
}

export interface Run {
  readonly id: string;
  readonly pipeline: string;
  readonly state: string;
  readonly trigger: {
    readonly kind: string;
    readonly client_id?: string;
    readonly source?: string;
    readonly delivery_id?: string;
    readonly cron?: string;
  };
  readonly created_at: string;
  readonly ended_at?: string;
  readonly error?: RunError;
  readonly reruns?: number;
}

export interface RunPage {
  readonly runs: readonly Run[];
  readonly next?: string;
}

export interface WholeRun extends Run {
  readonly steps: readonly Step[];
  readonly input: unknown;
  readonly output?: unknown;
}

export interface Step {
  readonly name: string;
  readonly kind: string;
  readonly operation?: string;
  readonly state: string;
  readonly waits_for?: string;
  readonly attempts: number;
  readonly started_at: string;
  readonly ended_at?: string;
  /** The path of its call. */
  readonly call?: string;
  readonly generation?: string;
  readonly charged: Charged;
  readonly error?: RunError;
}

export interface Delivery {
  readonly id: string;
  readonly source: string | null;
  readonly delivery_id: string | null;
  readonly at: string;
  readonly outcome: string;
  readonly reason: string | readonly string[] | null;
  readonly pipeline: string | null;
  readonly runs: readonly { readonly pipeline: string; readonly id: string }[];
  readonly can_deliver: boolean;
}

export interface DeliveryPage {
  readonly deliveries: readonly Delivery[];
  readonly next?: string;
}

export interface Notification {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly created_at: string;
  readonly attempts: number;
  readonly last_failure: string | null;
  readonly next_attempt_at: string | null;
  readonly resent_at?: string | null;
  readonly tries?: readonly { readonly at: string; readonly outcome: string; readonly ms: number }[];
}

export interface NotificationPage {
  readonly notifications: readonly Notification[];
  readonly next?: string;
}

export interface Client {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly agents?: "*" | readonly string[];
  readonly chargesPerDay?: number | null;
  readonly creditsPerDay?: number | null;
  readonly chargesPerMonth?: number | null;
  readonly creditsPerMonth?: number | null;
  readonly expiresAt?: string | null;
  readonly createdAt?: string | null;
  readonly paused?: boolean;
  readonly [member: string]: unknown;
}

export interface ClientPage {
  readonly clients: readonly Client[];
  readonly next?: string;
}

export interface Usage {
  readonly day: string;
  readonly charged_calls: Spending;
  readonly credits: Spending;
  readonly resets_at: string;
  readonly month: { readonly charged_calls: Spending; readonly credits: Spending };
}

export interface Spending {
  readonly reserved: number;
  readonly spent: number;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next?: string;
}

export interface AuditEntry {
  readonly at: string;
  readonly client_id: string;
  readonly what: string;
  readonly target: string | null;
  readonly request_id: string;
  readonly address_family: string | null;
}

/** What was spent in some days, in groups. */
export interface Report {
  readonly from: string;
  readonly to: string;
  readonly total: Group;
  readonly groups: readonly Group[];
  readonly cursor: string | null;
}

export interface Group {
  /** Null for charges that have none. */
  readonly key: string | null;
  readonly calls: number;
  readonly reserved_calls: number;
  readonly reserved: number;
  readonly spent: number;
  readonly given_back: number;
  readonly failed: number;
  readonly unpriced: number;
}

export interface Charge extends Credits {
  /** Of its call. */
  readonly id: string;
  readonly epoch: number;
  readonly at: string;
  readonly client_id: string;
  readonly account: string;
  readonly tag: string | null;
  readonly pipeline: string | null;
  readonly run_id: string | null;
  readonly operation: string;
  readonly type: string | null;
  /** What it counts for. */
  readonly credits: number;
}

export interface ChargePage {
  readonly charges: readonly Charge[];
  readonly cursor: string | null;
}

export interface Budgets {
  readonly budgets: readonly Budget[];
}

export interface Budget {
  readonly of: string;
  readonly name: string | null;
  readonly unit: string;
  readonly per: string;
  readonly limit: number;
  readonly used: number;
  readonly renews_at: string;
}

/** GEN's list of a month's credit transactions, held against the ledger. */
export interface Reconciliation {
  readonly accounts: readonly CheckedAccount[];
  readonly unknown: readonly UnknownTransaction[];
  readonly cursor: string | null;
}

export interface CheckedAccount {
  readonly account: string;
  readonly checked_to: string | null;
  readonly matched: number;
  readonly unknown: number;
  /** Why the latest check did not reach its end. */
  readonly failed: string | null;
}

/** Something that GEN took and nobody here knows. */
export interface UnknownTransaction {
  readonly id: string;
  readonly account: string;
  readonly at: string;
  readonly amount: number;
  readonly purpose: string | null;
  readonly source: Readonly<Record<string, string | null>> | null;
}
