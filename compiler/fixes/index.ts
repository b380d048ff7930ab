import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { extraBrace } from "./braces.ts";
import { colon } from "./colon.ts";
import { foreignDoc, hashComment, strayDoc, unusedIgnore } from "./comments.ts";
import { duration } from "./durations.ts";
import { badEscape } from "./escapes.ts";
import type { FixMaker, Tokens } from "./fix.ts";
import { misspelt, normalForm } from "./names.ts";
import { foreignOperator } from "./operators.ts";
import { foreignQuotes, quotedName } from "./quotes.ts";
import { repeatedError, repeatedLiteral, repeatedOptional, reversedBackoff, unusedBackoff } from "./repeats.ts";
import { semicolon } from "./semicolon.ts";
import { straySign } from "./stray-sign.ts";
import { unusedImport, unusedOutput } from "./unused.ts";

/** Every fix. A new one is a file here and a line here. */
export const FIX_MAKERS: readonly FixMaker[] = [
  semicolon,
  straySign,
  colon,
  quotedName,
  foreignQuotes,
  foreignOperator,
  duration,
  hashComment,
  misspelt,
  normalForm,
  extraBrace,
  badEscape,
  strayDoc,
  foreignDoc,
  unusedIgnore,
  repeatedError,
  repeatedLiteral,
  repeatedOptional,
  unusedBackoff,
  reversedBackoff,
  unusedImport,
  unusedOutput,
];

/** Diagnostics with their fixes. `files`: those that they are about, as they were read. */
export function withFixes(
  diagnostics: readonly Diagnostic[],
  files: readonly {
    readonly source: { readonly path: string; readonly text: string };
    readonly parsed: { readonly tokens: Tokens };
  }[],
): readonly Diagnostic[] {
  const byPath = new Map(files.map((file) => [file.source.path, file]));
  return diagnostics.map((diagnostic) => {
    const file = byPath.get(diagnostic.span.file);
    const fixes = file === undefined ? [] : fixesOf(diagnostic, file.source.text, () => file.parsed.tokens);
    return fixes.length === 0 ? diagnostic : { ...diagnostic, fixes };
  });
}

function fixesOf(diagnostic: Diagnostic, text: string, tokens: () => Tokens): readonly Fix[] {
  return FIX_MAKERS.flatMap((maker) =>
    maker.codes.includes(diagnostic.code) ? (maker.make(diagnostic, text, tokens) ?? []) : [],
  );
}
