/** How ids and texts become values of columns, and come back. */
import { createHash } from "node:crypto";
import { encodeId } from "../partition.ts";

/** An entry of a btree holds some 2,700 bytes, and up to three keys stand in one. */
const KEY_MAX = 1_000;
const DIGEST = 64;

/**
 * A saga's id as it stands in keys: percent-encoded, hence ASCII; where that is too long for an index (a child deep down), its beginning
 * and a SHA-256 of all of it. No id is both: `~` and 64 hex digits at that very place would have to be their own digest.
 */
export function keyOf(sagaId: string): string {
  return shortKey(encodeId(sagaId));
}

/** The key, and the whole encoded id where the key does not say it. */
export function keyAndLong(sagaId: string): { readonly key: string; readonly long: string | null } {
  const encoded = encodeId(sagaId);
  const key = shortKey(encoded);
  return { key, long: key === encoded ? null : encoded };
}

function shortKey(encoded: string): string {
  if (encoded.length <= KEY_MAX) return encoded;
  const digest = createHash("sha256").update(encoded).digest("hex");
  return `${encoded.slice(0, KEY_MAX - DIGEST - 1)}~${digest}`;
}

/** Text of Postgres cannot hold U+0000. JSON never has one raw, so that most texts are stored as they are. */
export function toText(text: string): string {
  if (!text.includes("\0") && !text.startsWith(MARK)) return text;
  return MARK + text.replaceAll(ESCAPE, `${ESCAPE}e`).replaceAll("\0", `${ESCAPE}0`);
}

export function fromText(stored: string): string {
  if (!stored.startsWith(MARK)) return stored;
  return stored.slice(1).replaceAll(`${ESCAPE}0`, "\0").replaceAll(`${ESCAPE}e`, ESCAPE);
}

/** Before a text in which something is escaped. */
const MARK = "\u0001";
const ESCAPE = "\u0002";
