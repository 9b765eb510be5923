/** What test/support/fake-clock.ts uses of Node. The Workers pool has it, but the Worker's types do not. */
declare module "node:timers/promises" {
  export function setImmediate(): Promise<void>;
}
