import { familyOf } from "../../operators.ts";
import { isOptional, scalar, type Type, underlying } from "../../types.ts";

/** What to do about a text where a date or datetime is wanted; `null`: it is another mistake. */
export function textForDate(text: Type, wanted: Type): string | null {
  const family = familyOf(wanted);
  if (isOptional(text) || familyOf(text) !== "text" || (family !== "date" && family !== "datetime")) return null;
  const from = `a field of type \`${family}\` of the \`input\`, an answer, an error or a signal`;
  return underlying(text).kind === "literals"
    ? `No ${family} is written in a source: take it from ${from}.`
    : `No text is read as a ${family}: say \`${family}\` in place of \`string\` where it comes from, which is ${from}.`;
}

/** The same, of an operator that takes either. */
export function textForEither(text: Type, wanted: string): string | null {
  return wanted.includes("datetime") ? textForDate(text, scalar("datetime")) : null;
}
