import { useEffect, useRef, useState } from "preact/hooks";
import { h, html } from "../parts/html.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { checkKey, type SignIn } from "../session/sign-in.ts";

interface Props {
  /** The Worker has stopped accepting the key of a session. */
  readonly isOver: boolean;
  readonly onSignIn: (key: string) => void;
}

type Refused = Exclude<SignIn, { kind: "operator" }>;

const WORDS: Readonly<Record<Refused["kind"], string>> = {
  wrong: "This key is not accepted. It may be mistyped, revoked, paused or expired.",
  "no-operator": "This key is accepted, but it is not an operator’s: it lacks the scope “operator”.",
  failed: "Whether the key is right could not be found out.",
};

export function SignInPage({ isOver, onSignIn }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Sign in · gen-edge";
    field.current?.focus();
  }, []);
  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? "";
    if (key === "") return;
    setBusy(true);
    const result = await checkKey(key);
    setBusy(false);
    if (result.kind === "operator") return onSignIn(key);
    setRefused(result);
    field.current?.focus();
    field.current?.select();
  };
  return html`<main class="sign-in">
    <h1>gen-edge console</h1>
    ${isOver && !refused && html`<div class="note warn" role="alert"><p>The key of this session is no longer accepted. Please sign in again.</p></div>`}
    <form method="post" onSubmit=${onSubmit}>
      <label for="key">Operator’s key or token</label>
      <input id="key" ref=${field} type="password" autocomplete="current-password" spellcheck=${false} required aria-describedby="key-hint" aria-invalid=${refused !== null} />
      <button class="main" disabled=${isBusy}>${isBusy ? "Checking …" : "Sign in"}</button>
      <p id="key-hint" class="dim">A client key or a user’s token with the scope “operator”. It stays in this tab and is gone when the tab is closed.</p>
    </form>
    ${
      refused &&
      html`<div role="alert"><p class="refused"><strong>${WORDS[refused.kind]}</strong></p></div>
        ${refused.kind !== "wrong" && h(ProblemNote, { problem: refused.problem })}
        ${refused.kind === "no-operator" && html`<p class="dim">An operator makes such a key with <code>npm run clients -- add … --scopes operator,pipelines</code>.</p>`}`
    }
  </main>`;
}
