/** Thrown by a step's work that has come too early: it is done again after this time. */
export class Later extends Error {
  override readonly name = "Later";
  readonly ms: number;

  constructor(ms: number) {
    super("Not yet.");
    this.ms = ms;
  }
}
