/** A failure as the API describes it (RFC 9457), or as the console has to when there was no answer. */
export interface Problem {
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  /** For the program's author. */
  readonly developerDetail: string | null;
  /** What was wrong, one by one. */
  readonly errors: readonly string[];
  readonly requestId: string | null;
}

/** What was to change something may have done it all the same. */
export function toNoAnswer(isRead: boolean): Problem {
  return {
    status: null,
    code: "no_answer",
    title: "No answer",
    detail: isRead ? "The Worker could not be reached." : "Whether it was done is not known.",
    action: isRead ? "Check your connection." : "Look before you do it again.",
    developerDetail: null,
    errors: [],
    requestId: null,
  };
}

const MAX_ERRORS = 20;

export function toProblem(status: number, requestId: string | null, body: unknown): Problem {
  const members = (typeof body === "object" && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof members[name] === "string" ? members[name] : null);
  return {
    status,
    code: text("error_code") ?? `http_${status}`,
    title: text("title") ?? `Answer ${status}`,
    detail: text("detail") ?? "The answer could not be read.",
    action: text("action") ?? "",
    developerDetail: text("developer_detail"),
    errors: Array.isArray(members.errors) ? members.errors.slice(0, MAX_ERRORS).map(describeError) : [],
    requestId: text("instance") ?? requestId,
  };
}

function describeError(error: { readonly path?: unknown; readonly message?: unknown }): string {
  return [error.path, error.message].filter((part) => typeof part === "string" && part !== "").join(": ");
}

export function isWrongKey({ status }: Problem): boolean {
  return status === 401;
}

/** The key is right, and does not reach this. */
export function isNotAllowed({ status }: Problem): boolean {
  return status === 403;
}
