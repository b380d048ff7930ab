import { createHash } from "node:crypto";
import { shown } from "../arguments.ts";
import { SagaError } from "../errors.ts";

/** Bytes of JSON text that one payload (input, output, error data) may have. */
export const PAYLOAD_MAX_BYTES = 2 * 1024 * 1024;
/** From here on a payload is told of in the worker's log (`RT1010`). */
export const PAYLOAD_WARN_BYTES = 512 * 1024;
/** Records of one saga's history: from here on it is told of in the worker's log (`RT3008`). */
export const HISTORY_WARN_RECORDS = 10_000;
/** Records of one saga's history beyond which it takes nothing new: no signal, and no fresh attempts from a person. */
export const HISTORY_MAX_RECORDS = 50_000;
export const JSON_DEPTH_MAX = 64;
/** Bytes of an id in UTF-8. */
export const ID_MAX_BYTES = 255;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Refuses a saga's id that is empty, too long, or could be taken for that of a child (`RT1001`). */
export function checkSagaId(id: string): void {
  checkIdText(id);
  if (id.includes("//") || id.endsWith("/")) {
    throw new SagaError(
      "RT1001",
      `the id ${JSON.stringify(id).slice(0, 80)} ends with \`/\` or has \`//\` in it, which marks what a saga runs as an instance of its own: use another separator`,
    );
  }
}

/** Refuses an id that is empty or too long (`RT1001`). `what` names it in the message. */
export function checkIdText(id: string, what = "a saga's id"): void {
  if (typeof id !== "string" || id.length === 0 || Buffer.byteLength(id) > ID_MAX_BYTES || !id.isWellFormed()) {
    throw new SagaError(
      "RT1001",
      `${what} is a text of 1 to ${ID_MAX_BYTES} bytes without lone surrogates; got ${shown(id)}. Pass the id of your business object, as in { id: "order-42" }`,
    );
  }
}

/** The id of the command that starts a saga: the same for the same saga, and within the store's limit for every saga's id. */
export function startCommandId(sagaId: string): string {
  return withinLimit("start", sagaId);
}

/** The id of a command that its sender named: the same for the same name, and no two sagas share one. */
export function commandId(kind: string, sagaId: string, name: string): string {
  return withinLimit(kind, `${encodeURIComponent(sagaId)}/${name}`);
}

function withinLimit(kind: string, name: string): string {
  const id = `${kind}:${name}`;
  if (Buffer.byteLength(id) <= ID_MAX_BYTES) return id;
  return `long-${kind}:${createHash("sha256").update(name).digest("hex")}`;
}

/**
 * A value as it comes back from JSON: what a store would keep of it, and nobody else's. Throws `RT1011` for what JSON cannot hold, keys that
 * could reach a prototype, or too much depth, and `RT1010` for too much text. `what` names the value in the message; `large` is told of one that
 * comes near.
 */
export function toJson(value: unknown, what: string, large?: (what: string, bytes: number) => void): unknown {
  const size = { chars: 0 };
  let copied: unknown;
  try {
    copied = copyOf(value, size, 0);
  } catch {
    // A getter of the user's threw: the long way says so.
    copied = ODD;
  }
  const odd = copied === ODD;
  // A character becomes six bytes at most, and three unless it has to be escaped.
  const count = size.chars > (large === undefined ? PAYLOAD_MAX_BYTES / 6 : PAYLOAD_WARN_BYTES / 3);
  const text = odd || count ? toJsonText(odd ? value : copied, what) : undefined;
  const bytes = text === undefined || large === undefined ? null : largeBytes(text);
  if (bytes !== null) large?.(what, bytes);
  if (!odd) return copied;
  return text === undefined ? undefined : JSON.parse(text);
}

/** The bytes of a payload that is large; `null` for all others. */
export function largeBytes(text: string): number | null {
  // A code unit takes at most 3 bytes, so that most texts need no counting.
  if (3 * text.length <= PAYLOAD_WARN_BYTES) return null;
  const bytes = Buffer.byteLength(text);
  return bytes > PAYLOAD_WARN_BYTES ? bytes : null;
}

/** The same as text; `undefined` stays `undefined`. */
export function toJsonText(value: unknown, what: string): string | undefined {
  let text: string | undefined;
  try {
    const itself = checkShape(value, what, "", 0);
    text = JSON.stringify(value);
    // What something makes of itself is held against the same.
    if (!itself && text !== undefined) checkShape(JSON.parse(text), what, "", 0);
  } catch (cause) {
    if (cause instanceof SagaError) throw cause;
    throw new SagaError("RT1011", `${what} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (text !== undefined && 3 * text.length > PAYLOAD_MAX_BYTES && Buffer.byteLength(text) > PAYLOAD_MAX_BYTES) {
    throw new SagaError(
      "RT1010",
      `${what} has ${Buffer.byteLength(text)} bytes, ${PAYLOAD_MAX_BYTES} are allowed: store it elsewhere and pass a reference`,
    );
  }
  return text;
}

/** There and back in one walk, several times faster than by text. `ODD`: it has in it what only JSON itself knows how to write. */
function copyOf(value: unknown, size: { chars: number }, depth: number): unknown {
  switch (typeof value) {
    case "string":
      size.chars += value.length + 3;
      return value;
    case "number":
      if (!Number.isFinite(value)) break;
      size.chars += 25;
      return value === 0 ? 0 : value;
    case "boolean":
    case "undefined":
      size.chars += 6;
      return value;
    case "object":
      size.chars += 6;
      if (value === null) return null;
      if (depth < JSON_DEPTH_MAX) return Array.isArray(value) ? itemsOf(value, size, depth) : fieldsOf(value, size, depth);
  }
  // Also what is refused: the long way says where.
  return ODD;
}

function itemsOf(value: readonly unknown[], size: { chars: number }, depth: number): unknown {
  const copied: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    const item = copyOf(value[index], size, depth + 1);
    if (item === ODD) return ODD;
    copied.push(item ?? null);
  }
  return copied;
}

function fieldsOf(value: object, size: { chars: number }, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value) return ODD;
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) return ODD;
    const field = copyOf((value as Readonly<Record<string, unknown>>)[key], size, depth + 1);
    if (field === ODD) return ODD;
    size.chars += key.length + 4;
    if (field !== undefined) copied[key] = field;
  }
  return copied;
}

const ODD = Symbol("odd");

/** Whether what was looked at is what will be written: nothing in it has a way of its own (`toJSON`). */
function checkShape(value: unknown, what: string, path: string, depth: number): boolean {
  if (typeof value === "number" && !Number.isFinite(value)) throw notJson(what, path, `${value} is no JSON number`);
  if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") {
    throw notJson(what, path, `a ${typeof value} is not JSON`);
  }
  if (typeof value !== "object" || value === null) return true;
  if (depth >= JSON_DEPTH_MAX) throw notJson(what, path, `it is nested deeper than ${JSON_DEPTH_MAX} levels`);
  let itself = true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!checkShape(value[index], what, `${path}[${index}]`, depth + 1)) itself = false;
    }
    return itself;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (value instanceof Date && toJSON === Date.prototype.toJSON) return true;
  if (typeof toJSON === "function") return false;
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw notJson(what, path, `the key "${key}" is not allowed`);
    if (!checkShape((value as Record<string, unknown>)[key], what, `${path}.${key}`, depth + 1)) itself = false;
  }
  return itself;
}

function notJson(what: string, path: string, why: string): SagaError {
  return new SagaError("RT1011", `${what} is not JSON${path === "" ? "" : ` at ${path.slice(0, 200)}`}: ${why}`);
}

/** JSON text with sorted keys: equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    const entries = Object.keys(record)
      .filter((key) => record[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** The path of the first place where two JSON values differ, like `$.items[0].sku`; `null` if they are equal. */
export function firstDifference(left: unknown, right: unknown, path = "$"): string | null {
  if (canonicalJson(left) === canonicalJson(right)) return null;
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const found = firstDifference(left[index], right[index], `${path}[${index}]`);
      if (found !== null) return found;
    }
  } else if (isRecord(left) && isRecord(right)) {
    for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      const found = firstDifference(left[key], right[key], `${path}.${key}`);
      if (found !== null) return found;
    }
  }
  return path;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
