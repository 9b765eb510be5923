/** A command failed. The message is for the person who typed it. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** What a command prints: `out` to stdout for scripts, `note` to stderr for people. */
export interface Printout {
  readonly out?: string;
  readonly note?: string;
}
