/**
 * Sets the next alarm and then does an alarm's work, so the object is woken again whatever fails. The work may set a
 * better time. (The platform repeats an alarm that throws at most six times.)
 */
export async function withNextAlarm(
  storage: Pick<DurableObjectStorage, "setAlarm">,
  at: number,
  work: () => Promise<void>,
): Promise<void> {
  await storage.setAlarm(at);
  await work();
}
