let requests = 0;

/** Headers as GEN's servers set them: none of them may reach the Worker's callers. */
export function genHeaders(): Record<string, string> {
  return {
    server: "nginx (gen-simulator)",
    "x-powered-by": "Phusion Passenger (gen-simulator)",
    "x-runtime": "0.012345",
    "x-request-id": `gen-simulator-${++requests}`,
    "set-cookie": "_gen_session=simulated; path=/; HttpOnly; SameSite=Lax",
    "cache-control": "max-age=0, private, must-revalidate",
    vary: "Accept",
  };
}
