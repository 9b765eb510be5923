/** The Worker's structured log lines, extracted from wrangler's output. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The log line of a request (`src/observability/event.ts`). */
export interface RequestLine extends LogLine {
  readonly request_id: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly error_code: string | null;
  readonly attempts: readonly { readonly outcome: string; readonly ms: number; readonly waited_ms: number }[];
  readonly veto: string | null;
  readonly upstream_host: string | null;
  readonly ms: number;
  readonly waited_ms: number;
}

/** The log line about a variable that nothing reads (`src/isolate.ts`). */
export interface MisspeltLine extends LogLine {
  readonly variable: string;
  readonly nearest: string;
}

/** Null for wrangler's own output. Wrangler decorates warnings and errors, so the JSON is searched within the line. */
export function parseLogLine(text: string): LogLine | null {
  const start = text.indexOf('{"level"');
  const end = text.lastIndexOf("}");
  if (start < 0 || end < start) return null;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return null;
  }
}

export function isRequestLine(line: LogLine): line is RequestLine {
  return line.message === "request";
}

export function isMisspelt(line: LogLine): line is MisspeltLine {
  return line.message === "unknown_variable";
}

export class LogFeed {
  readonly #lines: LogLine[] = [];

  /** All lines so far. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  readonly #listeners = new Set<(line: LogLine) => void>();

  push(line: LogLine): void {
    this.#lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  onLine(listener: (line: LogLine) => void): void {
    this.#listeners.add(listener);
  }

  /** The first matching line, already written or to come. */
  waitFor(fits: (line: LogLine) => boolean, timeoutMs = 5_000): Promise<LogLine> {
    const found = this.#lines.find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => {
        this.#listeners.delete(listener);
        clearTimeout(timer);
        finish();
      };
      const listener = (line: LogLine) => {
        if (fits(line)) done(() => resolve(line));
      };
      const timer = setTimeout(
        () => done(() => reject(new Error("The Worker did not write the expected log line."))),
        timeoutMs,
      );
      this.#listeners.add(listener);
    });
  }
}
