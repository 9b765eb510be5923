/** An answer whose body is JSON already: `Response.json` would write it with the digits that a double holds. */
export function toJsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}
