import { useEffect, useState } from "preact/hooks";
import { h } from "../parts/html.ts";
import { askOtherTabs, forgetKey, keepKey, readKey, shareSession } from "../session/session.ts";
import { SessionOver } from "../session/session-over.ts";
import { Shell } from "./shell.ts";
import { SignInPage } from "./sign-in-page.ts";

type Session =
  | { readonly kind: "asking" }
  | { readonly kind: "out"; readonly why: "none" | "over" }
  | { readonly kind: "in" };

/** Signed in or not. */
export function App() {
  const [session, setSession] = useState<Session>(() => ({ kind: readKey() === null ? "asking" : "in" }));
  useEffect(() => {
    shareSession(() => setSession({ kind: "out", why: "none" }));
    if (readKey() !== null) return;
    askOtherTabs().then((key) => {
      if (key !== null) keepKey(key);
      setSession(key === null ? { kind: "out", why: "none" } : { kind: "in" });
    });
  }, []);
  const end = (why: "none" | "over") => {
    forgetKey();
    setSession({ kind: "out", why });
  };
  if (session.kind === "asking") return null;
  if (session.kind === "out") {
    const onSignIn = (key: string) => {
      keepKey(key);
      setSession({ kind: "in" });
    };
    return h(SignInPage, { isOver: session.why === "over", onSignIn });
  }
  const shell = h(Shell, { onSignOut: () => end("none") });
  return h(SessionOver.Provider, { value: () => end("over"), children: shell });
}
