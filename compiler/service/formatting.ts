import { format } from "../format/format.ts";
import type { Document, TextChange } from "./document.ts";

/** The change that brings a file into the one layout; `null`: it is. */
export function formatting(document: Document): TextChange | null {
  const { path, text } = document;
  const formatted = format(text, path).text;
  return formatted === text ? null : { path, start: 0, end: text.length, text: formatted };
}
