import type { TextLiteral } from "@sagac/grammar";
import { DURATION_UNITS } from "../source/duration-text.ts";
import { type Build, report, type Token, tokenSpan } from "./cst.ts";
import type { DecimalLiteral, DurationLiteral, IntLiteral, StringLiteral } from "./nodes.ts";

/** What literals mean. Their mistakes are reported here, once; a wrong one is `null`, so that nothing follows from its value. */

export function intLiteral(build: Build, token: Token): IntLiteral | null {
  const value = Number(token.image.replaceAll("_", ""));
  const span = tokenSpan(build, token);
  if (Number.isSafeInteger(value)) return { kind: "int", value, text: token.image, span };
  const message = `${short(token.image)} is too large for a whole number.`;
  report(build, "bad-number", message, span, `The largest is ${Number.MAX_SAFE_INTEGER}.`);
  return null;
}

export function decimalLiteral(build: Build, token: Token): DecimalLiteral | null {
  const value = Number(token.image.replaceAll("_", ""));
  const span = tokenSpan(build, token);
  if (Number.isFinite(value)) return { kind: "decimal", value, text: token.image, span };
  report(build, "bad-number", `${short(token.image)} is too large for a number.`, span);
  return null;
}

export function durationLiteral(build: Build, token: Token): DurationLiteral | null {
  // The lexer reads `5sec` as a duration too, and has reported it.
  const ms = DURATION.test(token.image) ? milliseconds(build, token) : null;
  return ms === null ? null : { kind: "duration", ms, text: token.image, span: tokenSpan(build, token) };
}

const DURATION = /^(?:[0-9]+(?:ms|s|m|h|d))+$/;

function milliseconds(build: Build, token: Token): number | null {
  const span = tokenSpan(build, token);
  let total = 0;
  let last = Number.POSITIVE_INFINITY;
  for (const [, count = "", unit = ""] of token.image.matchAll(/([0-9]+)(ms|s|m|h|d)/g)) {
    const unitMs = UNIT_MS.get(unit) ?? 1;
    if (unitMs >= last) {
      const help = "Write each unit once, the largest first: `1h30m`.";
      report(build, "bad-number", `The units of \`${short(token.image)}\` are not in order.`, span, help);
      return null;
    }
    last = unitMs;
    total += Number(count) * unitMs;
  }
  if (Number.isSafeInteger(total)) return total;
  report(
    build,
    "bad-number",
    `The duration \`${short(token.image)}\` is too long.`,
    span,
    "Durations are counted in milliseconds, which must be exact.",
  );
  return null;
}

const UNIT_MS: ReadonlyMap<string, number> = new Map<string, number>(DURATION_UNITS);

/** A text without holes; `null` for a missing one and for one with holes, which is reported. */
export function plainText(build: Build, token: Token | null): StringLiteral | null {
  if (token === null) return null;
  const span = tokenSpan(build, token);
  const literal = build.parsed.texts.get(token);
  if (literal === undefined) return null;
  if (literal.parts.some((part) => part.kind === "hole")) {
    report(
      build,
      "template-here",
      "Here only a plain text can stand, without `$" + "{ }`.",
      span,
      "For a plain `$` write `\\$`.",
    );
    return null;
  }
  return { kind: "string", value: literal.parts.map((part) => decodePart(build, literal, part)).join(""), span };
}

/** The path of an import. One with `\` between its parts, as Windows has them, is taken as it is meant, and judged by the checker. */
export function pathText(build: Build, token: Token | null): StringLiteral | null {
  const literal = token === null ? undefined : build.parsed.texts.get(token);
  const [part] = literal?.parts ?? [];
  const isForeign = literal?.parts.length === 1 && part?.kind === "characters" && part.raw.replace(ESCAPED, "").includes("\\");
  if (token === null || !isForeign) return plainText(build, token);
  return { kind: "string", value: part.raw.replaceAll("\\\\", "\\"), span: tokenSpan(build, token) };
}

/** What a path can need. */
const ESCAPED = /\\(?:u\{[0-9A-Fa-f]+\}|[$"])/g;

/** The characters of a part, escapes decoded. */
export function decodePart(build: Build, literal: TextLiteral, part: TextLiteral["parts"][number]): string {
  if (part.kind === "hole") return "";
  if (literal.broken || !part.raw.includes("\\")) return part.raw;
  return part.raw.replace(
    /\\(u\{([^}]*)\}?|[\s\S])?/gu,
    (image: string, body: string | undefined, hex: string | undefined, at: number) => {
      const decoded = decodeEscape(body ?? "", hex);
      if (decoded !== null) return decoded;
      const span = { file: build.parsed.file, start: part.start + at, end: part.start + at + image.length };
      report(build, "bad-escape", `\`${short(image)}\` is not an escape that texts have.`, span, ESCAPES);
      return "";
    },
  );
}

function decodeEscape(body: string, hex: string | undefined): string | null {
  if (hex === undefined) return SIMPLE_ESCAPES.get(body) ?? null;
  if (!/^[0-9A-Fa-f]{1,6}$/.test(hex) || !body.endsWith("}")) return null;
  const point = Number.parseInt(hex, 16);
  const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : null;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["$", "$"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const ESCAPES = 'There are `\\"`, `\\\\`, `\\$`, `\\n`, `\\r`, `\\t` and `\\u{…}` with the hexadecimal number of a character.';

function short(image: string): string {
  return image.length <= 30 ? image : `${image.slice(0, 27)}…`;
}
