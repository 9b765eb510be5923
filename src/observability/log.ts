import { redact } from "./redact.ts";

type Level = "info" | "warn" | "error";

/** Writes one structured line: a JSON object. */
export type Log = (level: Level, line: Readonly<Record<string, unknown>>) => void;

/** The stack of what was thrown; null when it has none. */
export function toStack(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}

/** Logs to the console, where Workers Logs indexes the fields. `secrets` are redacted. */
export function createConsoleLog(secrets: readonly string[]): Log {
  return (level, line) => {
    console[level](redact(JSON.stringify({ level, ...line }), secrets));
  };
}
