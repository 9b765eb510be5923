/** A short word on what was done, at the foot of the page and to a screen reader. */
import { createContext } from "preact";

export const Say = createContext<(text: string) => void>(() => {});
