import type { Reply } from "./reply.ts";

export type Fields = Record<string, unknown>;

/** A refusal of GEN's. `extra` holds the further members of its body. */
export class GenError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Fields;

  constructor(status: number, code: string, message: string, extra: Fields = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** The form of the errors of a family of routes. */
export type Dialect = "rails" | "publishing" | "fastapi";

export const invalid = (message: string, extra: Fields = {}): GenError =>
  new GenError(422, "validation_error", message, extra);

export const notFound = (code: string, what: string): GenError => new GenError(404, code, `${what} not found`);

/** The wire body. FastAPI hosts use `{error, error_code}` for keys and money, `detail` for the rest. */
export function errorReply({ status, code, message, extra }: GenError, dialect: Dialect): Reply {
  const coded = { error: message, error_code: code, ...extra };
  if (dialect === "rails") return { status, json: coded, transient: [202, 402, 428].includes(status) };
  if (dialect === "publishing") return { status, json: { detail: coded } };
  if (code === "validation_error") {
    return { status, json: { detail: [{ type: "value_error", loc: ["body"], msg: message, input: null }] } };
  }
  if (status === 404) return { status, json: { detail: message } };
  return { status, json: coded };
}
