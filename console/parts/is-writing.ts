/** Whether a person fills this in: what is typed must go nowhere else. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}
