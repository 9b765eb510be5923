/** A pipeline's run that waits for something to end. */
export interface Listener {
  /** The instance of the Workflow. */
  readonly run: string;
  /** The type of the event that it waits for. */
  readonly event: string;
}
