import type { Json } from "../pipelines/define.ts";

type Data = { readonly [member: string]: Json | undefined };

/**
 * Puts a row's values in the place of `{{Column title}}`, wherever a text in `data` has it. What is no column stays as
 * it is: GEN has variables of its own.
 */
export function fillIn(data: Data, values: Readonly<Record<string, unknown>>): Data {
  return fill(data, values) as Data;
}

function fill(value: Json | undefined, values: Readonly<Record<string, unknown>>): Json | undefined {
  if (typeof value === "string") {
    return value.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (all, title: string) =>
      Object.hasOwn(values, title) ? toText(values[title]) : all,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => fill(each, values) ?? null);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, values)]));
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
