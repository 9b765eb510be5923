/** What test/support/fake-clock.ts uses of Node: the Workers pool has it, the Worker's types do not. */
declare module "node:timers/promises" {
  export function setImmediate(): Promise<void>;
}
