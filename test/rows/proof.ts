/** The tests that hold a row, each `test/folder/file.ts: words that stand in it`, or that the row is of what is not available yet. */
export type Proof = readonly string[] | typeof NOT_YET;

export const NOT_YET = "not available yet";

/** Tests of one file by words of their names. */
export function tests(file: string, ...words: readonly string[]): readonly string[] {
  return words.map((each) => `test/${file}: ${each}`);
}

/** Sagas that `runs.test.ts` runs in memory, on SQLite and on Redis alike. */
export const runs = (...names: readonly string[]): readonly string[] => tests("rows/cases.ts", ...names);

/** The same of items, rounds and called sagas. */
export const families = (...names: readonly string[]): readonly string[] => tests("rows/children.ts", ...names);

/** Orders that `test/engine/scenarios.test.ts` plays in memory, on SQLite and on Redis alike. */
export const stories = (...names: readonly string[]): readonly string[] => tests("engine/scenarios.ts", ...names);
