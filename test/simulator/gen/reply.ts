/** An answer of GEN's before it is sent. It has at most one of `json`, `text` and `fillerBytes`. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly fillerBytes?: number;
  /** The answer asks for the same request again later (202 pending, 402, 428): it is never remembered under a key. */
  readonly transient?: boolean;
}

export const ok = (json: unknown): Reply => ({ status: 200, json });
export const created = (json: unknown): Reply => ({ status: 201, json });
export const accepted = (json: unknown): Reply => ({ status: 202, json });
export const noContent = (): Reply => ({ status: 204 });

export function html(status: number, title: string): Reply {
  const text = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>GEN simulator</p></body></html>`;
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, text };
}
