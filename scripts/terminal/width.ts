/** The output width in columns: the terminal's, between 80 and 120; 110 in a log. */
export function selectWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  if (!stream.isTTY || !stream.columns) return 110;
  return Math.min(120, Math.max(80, stream.columns - 1));
}
