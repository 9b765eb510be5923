/** How clients are called, so that people need not know their ids. */
import { createContext } from "preact";
import type { ClientPage } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { useLive } from "../live/use-live.ts";

type Names = ReadonlyMap<string, string>;

export const ClientNames = createContext<Names>(new Map());

const EVERY_MS = 300_000;
/** The largest page. Who comes after it is shown by the id. */
const LIMIT = 100;

export function useClientNames(): Names {
  const { value } = useLive<ClientPage>("names", () => withQuery("/v1/clients", { limit: LIMIT }), EVERY_MS);
  return new Map(value?.clients.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name]])));
}
