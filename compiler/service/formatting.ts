import { format } from "../format/format.ts";
import type { Document, TextChange } from "./document.ts";

/** The change that brings a file into the one layout; `null`: it is. */
export function formatting({ path, text, parsed }: Document): TextChange | null {
  const formatted = format(text, path, parsed).text;
  return formatted === text ? null : { path, start: 0, end: text.length, text: formatted };
}
