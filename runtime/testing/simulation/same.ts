/** Whether two values are the same as JSON: what is left out and what is undefined are one. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Number.isNaN(a) && b === null;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  }
  const [x, y] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  for (const key of Object.keys(x)) if (!same(x[key], y[key])) return false;
  for (const key of Object.keys(y)) if (y[key] !== undefined && !Object.hasOwn(x, key)) return false;
  return true;
}
