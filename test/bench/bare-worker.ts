/** The baseline: the smallest Worker that replaces the caller's key by GEN's. */
export const BARE_WORKER = `export default {
  fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const forwarded = new Request(env.ORIGIN + pathname + search, request);
    forwarded.headers.set("x-api-key", env.GEN_API_KEY);
    return fetch(forwarded);
  },
};
`;

/**
 * What every answer needs, written by hand for this one request: a short allowlist of headers both ways, a deadline
 * until GEN's headers, the headers of every answer, and the log line. It accepts every caller, checks nothing and tries
 * once. Our Worker can't cost less than this.
 */
export const FLOOR_WORKER = `export default {
  async fetch(request, env) {
    const startedAt = Date.now();
    const { pathname, search } = new URL(request.url);
    const requestId = request.headers.get("x-request-id") ?? crypto.randomUUID();
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 10000);
    const answer = await fetch(env.ORIGIN + pathname + search, {
      method: request.method,
      headers: { accept: request.headers.get("accept") ?? "application/json", "user-agent": "floor", "x-api-key": env.GEN_API_KEY },
      redirect: "manual",
      signal: controller.signal,
    });
    clearTimeout(timer);
    const { status } = answer;
    const ms = Date.now() - startedAt;
    const headers = {
      "x-request-id": requestId,
      "x-genedge-attempts": "1",
      "server-timing": "gen;dur=" + ms + ", wait;dur=0, total;dur=" + ms,
      "x-content-type-options": "nosniff",
      vary: "Origin, Accept-Language",
      "cache-control": "no-store",
    };
    for (const name of ["content-type", "content-disposition", "content-language", "etag", "last-modified", "retry-after"]) {
      const value = answer.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const attempts = [{ outcome: String(status), ms, waited_ms: 0 }];
    console.info(JSON.stringify({
      level: "info", message: "request", request_id: requestId, method: request.method, route: "/v1/agents/:agent",
      client_id: "0000000000", operation: "agents.get", ids: { agent: "42" }, trace_id: null, status, error_code: null,
      attempts, veto: null, upstream_status: status, upstream_code: null, ms, waited_ms: 0,
    }));
    return new Response(answer.body, { status, headers });
  },
};
`;
