import { ClientLink } from "../clients/client-link.ts";
import { h, html } from "../parts/html.ts";
import { toRuns } from "../routes/links.ts";

/** Whose a call is: a client's, a user's, or a pipeline's, which calls as `pipeline:<name>`. */
export function Owner({ id }: { readonly id: string }) {
  const pipeline = findPipeline(id);
  return pipeline === null ? h(ClientLink, { id }) : html`<a href=${toRuns({ pipeline })}>${id}</a>`;
}

export function findPipeline(clientId: string): string | null {
  return clientId.startsWith("pipeline:") ? clientId.slice("pipeline:".length) : null;
}
