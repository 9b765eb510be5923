/** An answer from JSON text. `Response.json` would lose digits of numbers beyond a double's precision. */
export function toJsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
