import type { Call, Commit, Handler } from "./call.ts";
import type { KeyRule } from "./keyed.ts";

/** One operation. A keyed one must make every change in its commit, since its checks may run twice. */
export type Route =
  | Handler
  | { readonly handle: (call: Call) => Commit; readonly key: KeyRule }
  | { readonly handle: Handler; readonly open: true };

/** `"METHOD /path/:param"` → route. */
export type Routes = Readonly<Record<string, Route>>;

export const keyed = (key: KeyRule, handle: (call: Call) => Commit): Route => ({ handle, key });
/** Answered without an API key. */
export const open = (handle: Handler): Route => ({ handle, open: true });
