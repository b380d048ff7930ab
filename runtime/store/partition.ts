/**
 * Which partition a saga belongs to, and how partitions and ids are spelt in keys. Pure; shared by every store, so that one id always
 * gives one key, and two ids never the same.
 */
import { SagaError } from "../errors.ts";
import type { Partition, SagaVersion } from "./store.ts";

const UNRESERVED = /^[A-Za-z0-9_.~-]+$/;
const MAX_ID_BYTES = 255;
/** A child's id grows with each level: `order-42//trip.1.0//$foreach1.1.17`. */
const MAX_CHILD_ID_BYTES = 4_096;

/** The partition's name in keys, hints and messages: `PlaceOrder@1/3`. */
export function partitionKey(partition: Partition): string {
  return `${sagaKey(partition)}/${partition.index}`;
}

/** The partition that `partitionKey` was given. */
export function partitionNamed(key: string): Partition {
  const [name = "", index = ""] = key.split("/");
  return { ...sagaNamed(name), index: Number(index) };
}

/** The saga that `sagaKey` was given. */
export function sagaNamed(key: string): SagaVersion {
  const at = key.lastIndexOf("@");
  return { saga: decodeId(key.slice(0, at)), version: Number(key.slice(at + 1)) };
}

/** A saga at a version, in keys: what stands before the `/` of its partitions' keys. */
export function sagaKey({ saga, version }: SagaVersion): string {
  return `${encodeId(saga)}@${version}`;
}

/**
 * The partition in which a saga lives: FNV-1a (32 bits) over the UTF-8 bytes of its id, the upper 16 bits folded onto the lower, modulo
 * `partitions`. The id alone decides, so a saga has the same index in every version. This is stored data: it may never change.
 */
export function partitionOf(saga: string, version: number, sagaId: string, partitions: number): Partition {
  const hash = fnv1a32(Buffer.from(sagaId, "utf8"));
  return { saga, version, index: ((hash >>> 16) ^ (hash & 0xffff)) % partitions };
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/. An unsigned number. */
export function fnv1a32(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * An id as part of a key: every byte but the unreserved ones of RFC 3986 (`A-Z a-z 0-9 - _ . ~`) as `%XX`. So neither separators nor the
 * braces of a Redis hash tag can come out of an id. Reversible, hence no two ids share a key.
 */
export function encodeId(id: string): string {
  if (UNRESERVED.test(id)) return id;
  return encodeURIComponent(id).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The id that `encodeId` was given. */
export function decodeId(encoded: string): string {
  return encoded.includes("%") ? decodeURIComponent(encoded) : encoded;
}

/** The root of a saga's family, by its id: what stands before the first `//`. */
export function rootOf(sagaId: string): string {
  const end = sagaId.indexOf("//");
  return end === -1 ? sagaId : sagaId.slice(0, end);
}

/** Refuses (RT2007) what cannot be a saga's id. A child's may be longer than its root's. */
export function checkSagaKey(what: string, id: unknown): void {
  checkId(what, id, typeof id === "string" && id.includes("//") ? MAX_CHILD_ID_BYTES : MAX_ID_BYTES);
}

/** Refuses (RT2007) what cannot be an id: 1 to 255 bytes of UTF-8. `what` names it in the message: `saga id`. */
export function checkId(what: string, id: unknown, maxBytes = MAX_ID_BYTES): void {
  if (typeof id !== "string") throw badId(what, String(id), `it is ${id === null ? "null" : typeof id}, not text`);
  if (id.length === 0) throw badId(what, id, "it is empty");
  if (!id.isWellFormed()) throw badId(what, id, "it has half of a surrogate pair, which UTF-8 cannot hold");
  // A code unit takes at most 3 bytes, so that most ids need no counting.
  if (id.length > maxBytes / 3 && Buffer.byteLength(id, "utf8") > maxBytes) {
    throw badId(what, id, `it has ${Buffer.byteLength(id, "utf8")} bytes, ${maxBytes} are the most`);
  }
}

function badId(what: string, id: string, why: string): SagaError {
  const shown = id.length > 40 ? `${id.slice(0, 40)}…` : id;
  return new SagaError(
    "RT2007",
    `the ${what} ${JSON.stringify(shown)} cannot be stored: ${why}. Use 1 to ${MAX_ID_BYTES} bytes of text.`,
  );
}
