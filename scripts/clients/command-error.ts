/** A command that can't be carried out, in words for the person who typed it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** What a command prints. `out` is what a script may want to read, `note` is for people. */
export interface Printout {
  readonly out?: string;
  readonly note?: string;
}
