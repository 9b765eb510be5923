import { useContext } from "preact/hooks";
import { html } from "../parts/html.ts";
import { toClient } from "../routes/links.ts";
import { ClientNames } from "./client-names.ts";

/** A client by its name, or by its id where that is not known: a user, or one that was revoked. */
export function ClientLink({ id }: { readonly id: string }) {
  const name = useContext(ClientNames).get(id) ?? id;
  return html`<a href=${toClient(id)} title=${id}>${name}</a>`;
}
