export function go(hash: string): void {
  location.hash = hash;
}

/** Without a way back to where one was. */
export function replace(hash: string): void {
  location.replace(hash);
}
