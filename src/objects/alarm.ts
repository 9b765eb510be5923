/**
 * Does an alarm's work with the next alarm set before: whatever happens in it, the object is woken again. The work sets another
 * one where it knows better. (The platform repeats an alarm that has thrown six times at most.)
 */
export async function withNextAlarm(
  storage: Pick<DurableObjectStorage, "setAlarm">,
  at: number,
  work: () => Promise<void>,
): Promise<void> {
  await storage.setAlarm(at);
  await work();
}
