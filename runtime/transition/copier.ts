/** Copies objects with the same keys. */
export type Copier = <T extends object>(from: T) => T;

/**
 * A function of its own for objects of one kind. An engine of JavaScript remembers at each place of the code what objects came by: where all kinds
 * are copied at one place, 64 keys take 2 µs, at a place of their own 0.15. Where code cannot be made (a page's policy), they share a place.
 */
export function newCopier(): Copier {
  made += 1;
  try {
    // The number makes it a text of its own: functions of equal texts share what is remembered.
    return new Function("from", `return { ...from }; // ${made}`) as Copier;
  } catch {
    return (from) => ({ ...from });
  }
}

let made = 0;
