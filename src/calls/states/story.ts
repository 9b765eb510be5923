/** What has happened to a call, in time. For people who look: no decision is made from it. */

export type StoryWord =
  | "accepted"
  | "joined"
  | "reserved"
  | "unpriced"
  | "sent"
  | "answered"
  | "turned_away"
  | "refused"
  | "ambiguous"
  | "held"
  | "interrupted"
  | "nothing_found"
  | "not_searched"
  | "adopted"
  | "cancelled"
  | "settled"
  | "not_charged"
  | "unknown"
  | "untraced"
  | "resolved"
  | "found"
  | "followed"
  | "stopped"
  | "not_stopped"
  | "notified";

export interface StoryEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: StoryWord;
  /** What came of a send: a status, or what happened instead of an answer. */
  readonly outcome?: string;
  readonly code?: string;
  /** Why it ended without a charge. */
  readonly why?: string;
  /** Whether it was charged, by an operator's word. */
  readonly charged?: boolean;
  /** When something is due again. Milliseconds since the epoch. */
  readonly nextAt?: number;
  /** Of the request that was accepted, or joined. */
  readonly requestId?: string;
}

/** Of several in a row the last is told. */
const REPEATED: ReadonlySet<StoryWord> = new Set(["held", "not_stopped"]);
/** The first and the last entries are kept. */
const KEPT_FIRST = 20;
const KEPT_LAST = 20;

export function addToStory(story: readonly StoryEntry[], added: readonly StoryEntry[]): readonly StoryEntry[] {
  let all = story;
  for (const entry of added) {
    const isAgain = REPEATED.has(entry.what) && all.at(-1)?.what === entry.what;
    all = isAgain ? [...all.slice(0, -1), entry] : [...all, entry];
  }
  return all.length <= KEPT_FIRST + KEPT_LAST ? all : [...all.slice(0, KEPT_FIRST), ...all.slice(-KEPT_LAST)];
}
