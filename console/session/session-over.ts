import { createContext } from "preact";

/** Called when the Worker no longer accepts the key. */
export const SessionOver = createContext<() => void>(() => {});
