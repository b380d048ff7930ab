/** Whether all characters of `before` stand in `after` in their order; the blanks before a brace that gets its own line may go. */
export function keepsAll(before: string, after: string): boolean {
  let at = 0;
  const kept = before.replace(/[ \t]/g, "");
  for (const character of after) if (character === kept[at]) at += 1;
  return at === kept.length;
}
