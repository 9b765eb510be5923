// A Worker of yours whose cron trigger orders one generation at each tick, from gen-edge.
// Secrets: KEY, a client key of gen-edge. Variables: GEN_EDGE, its address.
const PATH = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
const BODY = { generation_type: "text", data: { prompt: "A line for today" } };
const ATTEMPTS = 5;

export default {
  async scheduled({ scheduledTime }, env) {
    // Made from the scheduled time: a tick that comes twice, or is tried again, is one charge.
    const key = `line-of-the-day ${new Date(scheduledTime).toISOString()}`;
    for (let attempt = 1; ; attempt++) {
      const problem = await order(key, env);
      if (problem === null) return;
      // Thrown, so that the platform counts this tick as failed.
      if (!problem.retryable || attempt === ATTEMPTS) throw new Error(`${problem.error_code}: ${problem.detail}`);
      const seconds = Math.min(problem.retry_after ?? 5, 60);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    }
  },
};

/** gen-edge answers at once and goes on by itself, also when GEN is down for an hour. Returns the problem, or null. */
async function order(key, { GEN_EDGE, KEY }) {
  try {
    const response = await fetch(GEN_EDGE + PATH, {
      method: "POST",
      headers: {
        "X-API-Key": KEY,
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        Prefer: "respond-async",
      },
      body: JSON.stringify(BODY),
    });
    return response.ok ? null : await response.json();
  } catch (error) {
    return { error_code: "no_answer", detail: String(error), retryable: true };
  }
}
