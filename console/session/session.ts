/**
 * The operator's key: in this tab's session storage, so that a reload keeps it and closing the tab ends it. A new tab of
 * this page asks the others for it, which is how links open in new tabs; signing out signs all of them out.
 */
const NAME = "gen-edge-console-key";
const HAND_OVER_MS = 300;

type Message =
  | { readonly kind: "wanted" }
  | { readonly kind: "offered"; readonly key: string }
  | { readonly kind: "over" };

/** Of the same origin alone: no other page can listen. */
const tabs = new BroadcastChannel("gen-edge-console");

export function readKey(): string | null {
  return sessionStorage.getItem(NAME);
}

export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

/** Signs all tabs out. */
export function forgetKey(): void {
  sessionStorage.removeItem(NAME);
  post({ kind: "over" });
}

/** Gives the key to new tabs, and tells when another tab has signed out. */
export function shareSession(onOver: () => void): void {
  tabs.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    const key = readKey();
    if (data.kind === "wanted" && key !== null) post({ kind: "offered", key });
    if (data.kind !== "over") return;
    sessionStorage.removeItem(NAME);
    onOver();
  });
}

/** Null when no other tab is signed in. */
export function askOtherTabs(): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (key: string | null) => {
      tabs.removeEventListener("message", listen);
      clearTimeout(timer);
      resolve(key);
    };
    const listen = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "offered") end(data.key);
    };
    const timer = setTimeout(() => end(null), HAND_OVER_MS);
    tabs.addEventListener("message", listen);
    post({ kind: "wanted" });
  });
}

function post(message: Message): void {
  tabs.postMessage(message);
}
