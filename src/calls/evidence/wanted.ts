/**
 * What a call asks GEN to make, as far as GEN shows it for a job: its type and its input. They tell a call's job from
 * others. Pure.
 */
import { parseJson } from "../../encoding/json.ts";
import type { OperationName } from "../../gen/operations.ts";

export type Input = Readonly<Record<string, unknown>>;

export interface Wanted {
  /** GEN's `user_job_type`. */
  readonly type: string;
  readonly input: Input;
}

/** Null when the request does not say it, or GEN shows no jobs of this operation. */
export function readWanted(operation: OperationName, text: string): Wanted | null {
  switch (operation) {
    case "cells.render":
      return { type: "render", input: {} };
    case "cells.generate":
    case "layers.generate": {
      const { generation_type: type, data } = toInput(parseJson(text)) ?? {};
      return toWanted(type, data ?? {});
    }
    case "user_jobs.create": {
      const { user_job_type: type, data } = readUserJob(text);
      // In a form it is JSON text.
      return toWanted(type, typeof data === "string" ? parseJson(data) : (data ?? {}));
    }
    default:
      return null;
  }
}

/** Whether a job with this input may be the requested one. GEN may have added members. */
export function isGivenTo(data: Input, { input }: Pick<Wanted, "input">): boolean {
  return Object.keys(input).every((name) => Object.hasOwn(data, name) && isSame(data[name], input[name]));
}

function toWanted(type: unknown, data: unknown): Wanted | null {
  const input = toInput(data);
  return typeof type === "string" && input !== null ? { type, input } : null;
}

/** `{user_job: {…}}` or bare; in forms `user_job[…]` or bare. */
function readUserJob(text: string): Input {
  const body = toInput(parseJson(text));
  if (body !== null) return toInput(body.user_job) ?? body;
  const form = new URLSearchParams(text);
  const get = (name: string) => form.get(`user_job[${name}]`) ?? form.get(name) ?? undefined;
  return { user_job_type: get("user_job_type"), data: get("data") };
}

export function toInput(value: unknown): Input | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : null;
}

/** Compares JSON values. The order of members does not count, because a database may change it. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, at) => isSame(each, b[at]));
  const [left, right] = [toInput(a), toInput(b)];
  if (left === null || right === null) return a === b;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  );
}
