/** GEN did nothing yet: a person must confirm (428), or something else must be ready first (202, sheet actions). */
export function isDeferral(status: number, content: unknown): boolean {
  if (status === 428) return true;
  return (
    status === 202 &&
    typeof content === "object" &&
    content !== null &&
    "retryable" in content &&
    content.retryable === true
  );
}
