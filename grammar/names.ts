/** What is read by functions of our own. Names: `( letter | "_" ) { letter | digit | "_" }`, letters and digits of any script, with the marks that some scripts need. */

const NAME = /[\p{L}_][\p{L}\p{Mn}\p{Mc}\p{Nd}_]*/uy;

/** Chevrotain's custom pattern for an identifier. */
export function matchName(text: string, offset: number): RegExpExecArray | null {
  NAME.lastIndex = offset;
  return NAME.exec(text);
}

const JUNK = /[^\s\p{L}\p{Nd}_"'`{}[\]().,:;?|=!<>+\-*/%&]+|[\s\S]/uy;

/** Chevrotain's custom pattern for what begins nothing, tried last: as much of it as stands together. */
export function matchJunk(text: string, offset: number): RegExpExecArray | null {
  JUNK.lastIndex = offset;
  return JUNK.exec(text);
}

/** Every character, for the lexer's index by first character. */
export const ANY_START: readonly number[] = [...range(0, 0x100, 1), ...range(0x100, 0x10000, 255), 0xffff];

/**
 * With what a name can begin, for the lexer's index by first character: exact below 256, and above it one for each
 * of the lexer's buckets of 255 characters.
 */
export const NAME_STARTS: readonly (string | number)[] = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
  ...range(0x80, 0x100, 1),
  ...range(0x100, 0x10000, 255),
  0xffff,
];

function range(from: number, to: number, by: number): number[] {
  const numbers: number[] = [];
  for (let at = from; at < to; at += by) numbers.push(at);
  return numbers;
}
