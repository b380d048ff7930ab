import { SAGA_CONDITIONS, type SagaCondition } from "../store.ts";
import { unexpectedReply } from "./errors.ts";

export function list(reply: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(reply)) throw unexpectedReply(what, reply);
  return reply;
}

export function text(reply: unknown, what: string): string {
  if (typeof reply !== "string") throw unexpectedReply(what, reply);
  return reply;
}

/** A whole number, as number or as text. */
export function int(reply: unknown, what: string): number {
  const value = typeof reply === "string" && reply !== "" ? Number(reply) : reply;
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw unexpectedReply(what, reply);
  return value;
}

export function word<T extends string>(reply: unknown, allowed: readonly T[], what: string): T {
  const found = allowed.find((item) => item === reply);
  if (found === undefined) throw unexpectedReply(what, reply);
  return found;
}

export function conditionsOf(words: string): SagaCondition[] {
  const conditions = words.split(" ");
  return SAGA_CONDITIONS.filter((condition) => conditions.includes(condition));
}
