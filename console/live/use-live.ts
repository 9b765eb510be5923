/**
 * What the API says, kept up to date: asked again some seconds after each answer, while the tab is visible; less often
 * while that fails. An answer stays shown until the next one is there, or the next question has failed.
 */
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, ask } from "../api/api.ts";
import { isWrongKey, type Problem } from "../api/problem.ts";
import { SessionOver } from "../session/session-over.ts";

export interface Live<T> {
  readonly value: T | null;
  /** Why the latest question was not answered. `value` is older then. */
  readonly problem: Problem | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

const EVERY_MS = 5_000;
const MAX_PAUSE_MS = 60_000;

/** `askedFor`: what the latest answer or failure was about. */
type State<T> = Pick<Live<T>, "value" | "problem"> & { readonly askedFor: string | null };

/** `key` says what is asked for: with another one it is asked at once. `toPath` is called for each question. */
export function useLive<T>(key: string, toPath: () => string, everyMs = EVERY_MS): Live<T> {
  return useLiveAnswer<T>(key, (signal) => ask<T>(toPath(), { signal }), everyMs);
}

/** The same of what takes more than one question. */
export function useLiveAnswer<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<Answer<T>>,
  everyMs: number,
): Live<T> {
  const [state, setState] = useState<State<T>>({ value: null, problem: null, askedFor: null });
  const [turn, setTurn] = useState(0);
  const endSession = useContext(SessionOver);
  const asking = useRef(load);
  asking.current = load;
  // `key` and `turn` are what a new round begins for.
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let isAsking = false;
    let dueAt = 0;
    const look = async () => {
      clearTimeout(timer);
      if (isAsking || document.hidden || stop.signal.aborted) return;
      if (dueAt > 0 && isInDialog()) {
        timer = setTimeout(look, everyMs);
        return;
      }
      isAsking = true;
      const answer = await asking.current(stop.signal);
      isAsking = false;
      if (stop.signal.aborted) return;
      if (!answer.ok && isWrongKey(answer.problem)) return endSession();
      failures = answer.ok ? 0 : failures + 1;
      setState(({ value, askedFor }) =>
        answer.ok
          ? { value: answer.value, problem: null, askedFor: key }
          : { value: askedFor === key ? value : null, problem: answer.problem, askedFor: key },
      );
      const pauseMs = Math.min(everyMs * 2 ** failures, Math.max(MAX_PAUSE_MS, everyMs));
      dueAt = performance.now() + pauseMs;
      timer = setTimeout(look, pauseMs);
    };
    const onVisible = () => {
      if (performance.now() >= dueAt) look();
    };
    look();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [key, turn]);
  // From the first moment on: until its own answer is there, what is shown answers another question.
  return { ...state, isLoading: state.askedFor !== key, reload: () => setTurn((before) => before + 1) };
}

/** What a person is about to change stays as it is meanwhile. */
function isInDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
