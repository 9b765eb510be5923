import type { Context } from "../context.ts";

/** What one of the Worker's own objects says. Null, and a line in the log, when it can't be reached: its machine died. */
export async function reach<T>(answer: Promise<T>, { log, requestId }: Context): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
    return null;
  }
}
