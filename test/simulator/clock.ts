type Task = (at: number) => void;

/** The simulator's time: real time plus what was skipped. Tasks run at their due time, in order, also when time is skipped. */
export class Clock {
  readonly #source: () => number;
  #skippedMs = 0;
  #tasks: { due: number; task: Task }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(source: () => number) {
    this.#source = source;
  }

  now(): number {
    return this.#source() + this.#skippedMs;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  advance(ms: number): void {
    this.#skippedMs += ms;
    this.runDue();
  }

  at(due: number, task: Task): void {
    let index = this.#tasks.length;
    while (index > 0 && (this.#tasks[index - 1]?.due ?? 0) > due) index--;
    this.#tasks.splice(index, 0, { due, task });
    if (index === 0) this.#arm();
  }

  runDue(): void {
    let first = this.#tasks[0];
    if (!first || first.due > this.now()) return;
    for (; first && first.due <= this.now(); first = this.#tasks[0]) {
      this.#tasks.shift();
      first.task(first.due);
    }
    this.#arm();
  }

  clear(): void {
    this.#tasks = [];
    clearTimeout(this.#timer);
    this.#skippedMs = 0;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#tasks[0];
    if (!first) return;
    const waitMs = Math.min(Math.max(first.due - this.now(), 1), 2 ** 31 - 1);
    this.#timer = setTimeout(() => {
      this.runDue();
      this.#arm();
    }, waitMs);
    this.#timer.unref();
  }
}
