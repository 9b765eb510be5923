/** What the Worker is measured against: the least that puts GEN's key in place of the caller's. */
export const BARE_WORKER = `export default {
  fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const forwarded = new Request(env.ORIGIN + pathname + search, request);
    forwarded.headers.set("x-api-key", env.GEN_API_KEY);
    return fetch(forwarded);
  },
};
`;
