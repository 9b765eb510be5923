const PREFIX = "pipeline:";

/** The client id of a pipeline's calls. */
export function toPipelineClient(pipeline: string): string {
  return PREFIX + pipeline;
}

/** The pipeline whose call it is; null for a client's. */
export function findPipelineOf(clientId: string): string | null {
  return clientId.startsWith(PREFIX) ? clientId.slice(PREFIX.length) : null;
}
