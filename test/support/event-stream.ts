/** A reader of Server-Sent Events over `fetch`. Unlike `EventSource` it can send headers and shows every field. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export interface EventStream {
  readonly response: Response;
  /** Every event so far. */
  readonly events: readonly ServerEvent[];
  /** The next event that fits, among those that came and those that will; throws when the stream ends before. */
  next(fits?: (event: ServerEvent) => boolean): Promise<ServerEvent>;
  /** Resolves with every event once the server has ended the stream. */
  ended(): Promise<readonly ServerEvent[]>;
  /** Closes the connection. */
  leave(): void;
}

export async function openEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  const events: ServerEvent[] = [];
  let changed = Promise.withResolvers<void>();
  const reading = readAll(response, (event) => {
    events.push(event);
    changed.resolve();
    changed = Promise.withResolvers();
  });
  const whole = reading.then(() => events);
  whole.catch(() => {});
  return {
    response,
    events,
    async next(fits = () => true) {
      for (;;) {
        const event = events.find(fits);
        if (event) return event;
        const more = await Promise.race([changed.promise.then(() => true), reading.then(() => false)]);
        const late = more ? undefined : events.find(fits);
        if (late) return late;
        if (!more) throw new Error(`The stream ended after ${JSON.stringify(events)}`);
      }
    },
    ended: () => whole,
    leave: () => controller.abort(),
  };
}

async function readAll(response: Response, onEvent: (event: ServerEvent) => void): Promise<void> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event) onEvent(event);
    }
  }
}

/** Null for comments and `retry`. */
function parse(block: string): ServerEvent | null {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
  }
  const { id = "", event = "message", data } = fields;
  return data === undefined ? null : { id, event, data };
}
