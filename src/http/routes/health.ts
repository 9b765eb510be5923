import { VERSION } from "../../version.ts";

/** `GET /health`: the Worker runs. It asks GEN nothing, so that a monitor costs nothing. */
export function health(): Response {
  return Response.json({ status: "ok", version: VERSION });
}
