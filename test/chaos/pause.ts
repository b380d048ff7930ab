/** Real time passes: what happens here happens to processes, and no virtual clock reaches into them. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
