/** The time that relative times count from. It moves for the whole page at once. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { readTime } from "../api/clock.ts";

const TICK_MS = 5_000;

export const Now = createContext(0);

export function useNow(): number {
  return useContext(Now);
}

export function useTicks(): number {
  const [now, setNow] = useState(readTime);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(readTime());
    }, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
