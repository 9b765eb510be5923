import type { Fields } from "./gen-error.ts";

/** Parses a body as GEN does: JSON, form or multipart; `user_job[data]` nests. Throws on an unreadable body. */
export async function parseFields(contentType: string | undefined, body: Buffer): Promise<Fields> {
  if (body.length === 0) return {};
  const type = contentType ?? "";
  if (type.startsWith("multipart/form-data") || type.startsWith("application/x-www-form-urlencoded")) {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    return nest(form);
  }
  const json: unknown = JSON.parse(body.toString("utf8"));
  return isFields(json) ? json : { _json: json };
}

function nest(form: FormData): Fields {
  const fields: Fields = {};
  for (const [name, value] of form.entries()) {
    const [first = name, ...inner] = name.split(/\]?\[|\]$/).filter((part, index) => part !== "" || index === 0);
    let place = fields;
    let last = first;
    for (const part of inner) {
      const next = isFields(place[last]) ? (place[last] as Fields) : {};
      place[last] = next;
      place = next;
      last = part;
    }
    place[last] = value;
  }
  return fields;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `name`, or the bare body: GEN accepts both. */
export function wrapped(fields: Fields, name: string): Fields {
  const inner = fields[name];
  return isFields(inner) ? inner : fields;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
