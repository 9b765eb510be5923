import { redact } from "./redact.ts";

type Level = "info" | "warn" | "error";

/** Writes structured lines: one JSON object each. */
export type Log = (level: Level, line: Readonly<Record<string, unknown>>) => void;

/** A log on the console, which Workers Logs reads field by field. `secrets` never appear in it. */
export function createConsoleLog(secrets: readonly string[]): Log {
  return (level, line) => {
    console[level](redact(JSON.stringify({ level, ...line }), secrets));
  };
}
