/** Where each thing has its place in the console. */
import { toHash } from "./place.ts";

export const toCall = (id: string) => toHash(["calls", id]);
export const toCalls = (query: Parameters<typeof toHash>[1]) => toHash(["calls"], query);
export const toRun = (pipeline: string, id: string) => toHash(["runs", pipeline, id]);
export const toRuns = (query: Parameters<typeof toHash>[1]) => toHash(["runs"], query);
export const toNotification = (id: string) => toHash(["notifications", id]);
/** Pages of the money: `null` is the first. */
export const toMoney = (page: string | null, query: Parameters<typeof toHash>[1] = {}) =>
  toHash(page === null ? ["money"] : ["money", page], query);
export const toClient = (id: string) => toHash(["clients", id]);

const CODE = /^[a-z0-9_]+$/;

/** The page that explains an error code; null for what is none. */
export const toProblemPage = (code: string) => (CODE.test(code) ? `/problems/${code}` : null);
