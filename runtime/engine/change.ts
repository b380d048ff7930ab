/**
 * What changed from one JSON value to another, itself as JSON: `[value]` stands for another value, an object for changes within an object that has
 * the same keys in the same order. The order of keys is part of a state, so an object that gains, loses or moves a key is another value.
 */
type Change = readonly [unknown] | { readonly [key: string]: Change };

/** Of an object whose keys may come and go, in no order of theirs: `null` stands for one that has gone. */
export type FieldChanges = Readonly<Record<string, Change | null>>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What changed of an object. Parts that are one and the same in both are not looked into, so neither may ever be changed in place. A field that is
 * undefined is not there, as in JSON. Pure.
 */
export function changesOf(before: Fields, after: Fields): FieldChanges {
  const found: Record<string, Change | null> = {};
  for (const [key, is] of Object.entries(after)) {
    if (is === undefined) continue;
    const was = own(before, key);
    const change: Change | undefined = was === undefined ? [is] : changeOf(was, is);
    if (change !== undefined) found[key] = change;
  }
  for (const [key, was] of Object.entries(before)) if (was !== undefined && own(after, key) === undefined) found[key] = null;
  return found;
}

/** The object with the changes in it; what did not change is shared with it. Throws for changes of another object. Pure. */
export function withChanges(before: unknown, changes: unknown): Fields {
  if (!isPlain(before) || !isPlain(changes)) throw misfit("it is no object");
  const next: Record<string, unknown> = { ...before };
  for (const [key, change] of Object.entries(changes)) {
    if (key === "__proto__") throw misfit("no field is called so");
    if (change === null) delete next[key];
    else next[key] = changed(own(next, key), change);
  }
  return next;
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** `undefined`: nothing changed. */
function changeOf(before: unknown, after: unknown): Change | undefined {
  if (before === after) return undefined;
  if (isPlain(before) && isPlain(after)) return changeWithin(before, after);
  if (Array.isArray(before) && Array.isArray(after) && equalItems(before, after)) return undefined;
  return [after];
}

function changeWithin(before: Fields, after: Fields): Change | undefined {
  const old = Object.keys(before);
  let found: Record<string, Change> | undefined;
  let index = 0;
  for (const key in after) {
    if (key !== old[index++]) return [after];
    const was = before[key];
    const is = after[key];
    if (was === is) continue;
    // JSON leaves out what is undefined, and a key that can reach a prototype is none to be assigned to.
    if (was === undefined || is === undefined || key === "__proto__") return [after];
    const change = changeOf(was, is);
    if (change === undefined) continue;
    found ??= {};
    found[key] = change;
  }
  return index === old.length ? found : [after];
}

function equalItems(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((item, index) => changeOf(item, after[index]) === undefined);
}

function changed(value: unknown, change: unknown): unknown {
  if (Array.isArray(change)) {
    if (change.length !== 1) throw misfit("a value is missing");
    return change[0];
  }
  if (!isPlain(value) || !isPlain(change)) throw misfit("there is no object");
  const next: Record<string, unknown> = { ...value };
  for (const [key, inner] of Object.entries(change)) {
    if (!Object.hasOwn(value, key)) throw misfit(`there is no ${JSON.stringify(key).slice(0, 80)}`);
    next[key] = changed(value[key], inner);
  }
  return next;
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function misfit(why: string): Error {
  return new Error(`a change does not fit what it is of: ${why}`);
}
