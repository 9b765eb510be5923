const PLAIN = /^[a-z0-9_]*$/;

/**
 * The names that some parser may read from this field name: brackets nest, blanks and control characters are dropped,
 * percent escapes are decoded once more, case is ignored, dots and dashes become underscores.
 */
export function toPlainNames(name: string): string[] {
  if (PLAIN.test(name)) return [name];
  return decode(name)
    .split(/[[\]]+/)
    .map((part) =>
      part
        .toLowerCase()
        .replace(/[.-]/g, "_")
        .replace(/[^a-z0-9_]+/g, ""),
    );
}

function decode(name: string): string {
  if (!name.includes("%")) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * Fields with which frameworks override the request: its method (Rails, Laravel, Spring, ASP.NET), its body (older
 * Django REST) or its charset (RFC 7578, section 4.6).
 */
const OVERRIDES: ReadonlySet<string> = new Set([
  "_method",
  "_http_method",
  "_method_override",
  "x_http_method",
  "x_http_method_override",
  "x_method_override",
  "_content",
  "_content_type",
  "_charset_",
]);

export function isOverride(name: string): boolean {
  return toPlainNames(name).some((part) => OVERRIDES.has(part));
}
