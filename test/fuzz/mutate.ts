import type { Dice } from "./dice.ts";
import type { Seed } from "./seeds.ts";

/** One source made of others, well-meant or not: the same for the same dice and seeds. */
export function mutated(dice: Dice, seeds: readonly Seed[]): Seed {
  const seed = dice.pick(seeds);
  const gentle = dice.percent(45);
  let text = seed.text;
  for (let left = dice.between(1, gentle ? 3 : 5); left > 0; left--) {
    const change = dice.weighted(gentle ? GENTLE : [...GENTLE, ...WILD]);
    text = change(text, dice, seeds);
    if (text.length > MOST_UNITS) break;
  }
  return { ...seed, text };
}

type Change = (text: string, dice: Dice, seeds: readonly Seed[]) => string;

/** What most often leaves a source sound, so that its odd texts and names come as far as the emitters. */
const GENTLE: readonly (readonly [Change, number])[] = [
  [renamed, 4],
  [said, 4],
  [commented, 3],
  [numbered, 2],
  [(text) => text.replaceAll(/\r?\n/g, "\r\n"), 1],
  [(text) => `\ufeff${text}`, 1],
  [(text) => text.replaceAll(/[ \t]*\r?\n[ \t]*/g, "\n"), 1],
  [typed, 1],
];

/** What breaks it. */
const WILD: readonly (readonly [Change, number])[] = [
  [(text, dice) => onWords(text, dice, (words, at) => words.toSpliced(at, 1)), 3],
  [(text, dice) => onWords(text, dice, (words, at) => words.toSpliced(at, 0, dice.pick(VOCABULARY), " ")), 3],
  [(text, dice) => onWords(text, dice, (words, at) => words.toSpliced(at, 1, dice.pick(VOCABULARY))), 3],
  [(text, dice) => onWords(text, dice, (words, at) => words.toSpliced(at, 1, dice.pick(words))), 3],
  [(text, dice) => onWords(text, dice, (words, at) => words.toSpliced(at, dice.between(2, 30))), 2],
  [spliced, 3],
  [units, 3],
  [nested, 2],
  [repeated, 2],
  [(text, dice) => text.slice(0, dice.between(0, text.length)), 1],
  [(text, dice) => text.slice(dice.between(0, text.length)), 1],
  [(text) => text.replaceAll(/\s*\n\s*/g, " "), 1],
];

/** A name is another one everywhere. */
function renamed(text: string, dice: Dice): string {
  const names = [...new Set(text.match(/\b[A-Za-z_]\w*\b/g) ?? [])].filter((name) => name.length > 2);
  if (names.length === 0) return text;
  const [name, other] = [dice.pick(names), dice.percent(80) ? dice.pick(NAMES) : dice.pick(names)];
  return text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), () => other);
}

/** A text says something else, whole or in part. */
function said(text: string, dice: Dice): string {
  const found = [...text.matchAll(/"[^"\n]*"/g)];
  if (found.length === 0) return text;
  const { index, 0: old } = dice.pick(found);
  const hostile = written(dice.pick(TEXTS), dice);
  const inside = dice.percent(50) ? hostile : `${old.slice(1, -1)}${hostile}`;
  return `${text.slice(0, index)}"${inside}"${text.slice(index + old.length)}`;
}

/** As it stands in quotes: mostly escaped as it must be, at times as it is. */
function written(text: string, dice: Dice): string {
  if (dice.percent(20)) return text;
  return text
    .replace(/["\\]/g, "\\$&")
    .replace(/\$\{/g, "\\${")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A comment of one of the three kinds before a line. */
function commented(text: string, dice: Dice): string {
  const lines = text.split("\n");
  const hostile = dice.pick(TEXTS);
  const flat = hostile.replaceAll(/[\r\n]/g, " ");
  const kinds = [
    `/// ${flat}`,
    `// ${flat}`,
    `/* ${hostile.replaceAll("*/", "* /")} */`,
    `/// ${"x".repeat(dice.between(0, 3000))}`,
  ];
  return lines.toSpliced(dice.between(0, lines.length), 0, dice.pick(kinds)).join("\n");
}

/** A number, or a number with its unit, is another one. */
function numbered(text: string, dice: Dice): string {
  const found = [...text.matchAll(/\b\d+\w*/g)];
  if (found.length === 0) return text;
  const { index, 0: old } = dice.pick(found);
  return text.slice(0, index) + dice.pick(NUMBERS) + text.slice(index + old.length);
}

/** A type is another one. */
function typed(text: string, dice: Dice): string {
  const found = [...text.matchAll(/(?<=: )(?:string|int|number|boolean|uuid|datetime|duration|[A-Z]\w*)\b/g)];
  if (found.length === 0) return text;
  const { index, 0: old } = dice.pick(found);
  return text.slice(0, index) + dice.pick(TYPES) + text.slice(index + old.length);
}

/** Some lines of another source among its own. */
function spliced(text: string, dice: Dice, seeds: readonly Seed[]): string {
  const [lines, other] = [text.split("\n"), dice.pick(seeds).text.split("\n")];
  const from = dice.between(0, other.length - 1);
  const part = other.slice(from, from + dice.between(1, 12));
  return lines.toSpliced(dice.between(0, lines.length), dice.between(0, 3), ...part).join("\n");
}

/** A few code units are lost, doubled or other ones. */
function units(text: string, dice: Dice): string {
  let now = text;
  for (let left = dice.between(1, 4); left > 0; left--) {
    const at = dice.between(0, now.length);
    const put = dice.pick(["", dice.pick(UNITS), String.fromCharCode(dice.between(0, 0xffff)), now.slice(at, at + 3)]);
    now = now.slice(0, at) + put + now.slice(at + dice.between(0, 2));
  }
  return now;
}

/** A word stands deep within brackets, or at the end of a long chain. */
function nested(text: string, dice: Dice): string {
  const times = dice.pick([3, 20, 90, 99, 101, 150, 400, 3000]);
  const shape = dice.pick(SHAPES);
  return onWords(text, dice, (words, at) => words.toSpliced(at, 1, shape(words[at] ?? "", times)));
}

/** A stretch of lines over and over, its names told apart or not. */
function repeated(text: string, dice: Dice): string {
  const lines = text.split("\n");
  const from = dice.between(0, lines.length - 1);
  const part = lines.slice(from, from + dice.between(1, 8)).join("\n");
  const times = dice.pick([2, 5, 40, 300]);
  const names = [...part.matchAll(/\b(?:step|type|error|signal|let|service|saga)\s+(\w+)/g)].flatMap(([, name]) => name ?? []);
  const apart = dice.percent(70) && names.length > 0;
  const copies = Array.from({ length: times }, (_, at) =>
    apart ? part.replaceAll(new RegExp(`\\b(?:${names.join("|")})\\b`, "g"), `$&${at}`) : part,
  );
  return lines.toSpliced(from, 0, ...copies).join("\n");
}

function onWords(text: string, dice: Dice, change: (words: readonly string[], at: number) => readonly string[]): string {
  const words = text.match(/"[^"\n]*"|\/\/[^\n]*|[A-Za-z_]\w*|\d+\w*|\s+|./gs) ?? [];
  return words.length === 0 ? text : change(words, dice.between(0, words.length - 1)).join("");
}

/** Beyond the limit of a file, so that the limit is met as well; further changes would only take time. */
const MOST_UNITS = 1_200_000;

const SHAPES: readonly ((word: string, times: number) => string)[] = [
  (word, times) => "(".repeat(times) + word + ")".repeat(times),
  (word, times) => "{ a: ".repeat(times) + word + " }".repeat(times),
  (word, times) => "not ".repeat(times) + word,
  (word, times) => word + " + 1".repeat(times),
  (word, times) => word + ".a".repeat(times),
  (word, times) => word + "[]".repeat(times),
  (word, times) => "record<".repeat(times) + word + ">".repeat(times),
  (word, times) => `${"if a { ".repeat(times)}${word}${" }".repeat(times)}`,
  (word, times) => `${"parallel { ".repeat(times)}${word}${" }".repeat(times)}`,
  (word, times) => `"${`\${${word} ?? "`.repeat(Math.min(times, 120))}`,
  (word, times) => `${word} ?? `.repeat(times) + word,
  (word, times) => `${`${word} ? ${word} : `.repeat(times)}${word}`,
];

/** Names that mean something to JavaScript, to promises, to JSON, to XState, or to the eye. */
const NAMES: readonly string[] = [
  ..."__proto__ then constructor prototype toString valueOf hasOwnProperty __defineGetter__ toJSON default class await async".split(
    " ",
  ),
  ..."arguments eval undefined NaN Infinity globalThis null true input output saga failure error event context self type id".split(
    " ",
  ),
  ..."states on invoke after always entry exit system snapshot status value tags children Object Array Promise Record z".split(
    " ",
  ),
  ..."String Error Steps Machine steps machine definition validators plan length name caller apply bind call key step undo".split(
    " ",
  ),
  ..."größe 日本 аpple Ω a\u0301 ﬁ x\u200dy \u{10400}x $ _ __ _1 a1b2 Ünï z".split(" "),
  `long${"x".repeat(124)}`,
  `long${"x".repeat(125)}`,
];

/** Texts that try to get out of where they stand. */
const TEXTS: readonly string[] = [
  "*/ pwned() /*",
  "`${pwned()}`",
  '"; pwned(); "',
  "</script><script>pwned()</script>",
  "<!-- --> -->",
  "\\",
  "\n::error file=a::b",
  "\u2028\u2029",
  "\u202e\u2066",
  "\0\x07\x1b[31m",
  "\ufeff",
  "\ud800",
  "__proto__",
  "@ts-nocheck",
  "@generated",
  "sagac-ignore SAGA3001: because",
  "sagac-ignore SAGA4001",
  "%%{init: {}}%%",
  "]]><a href='x'>&amp;",
  "| a | [x](javascript:alert(1)) ![y](z)",
  "{{}} {% x %} #{x} $x",
  "2024-02-30T25:61:61Z",
  "P1Y2M",
  "",
  " ",
  "\u{1f600}\u{1f468}\u200d\u{1f469}",
  "x".repeat(5000),
];

const NUMBERS: readonly string[] =
  "0 1 2 100 1000000 9007199254740991 9007199254740993 1e309 0.1 00 1_000 0x1f 5s 1ms 0s 1m 90m 30d 366d 99999d 99999999999d 1.5h 1w 1y 7x".split(
    " ",
  );

const TYPES: readonly string[] =
  'string int number boolean uuid datetime duration date string? int[] string[]? record<int> record<string>? "a" "a"|"b" secret\u0020string { a: int } T Item'.split(
    " ",
  );

const UNITS: readonly string[] = [
  ..."\0\t\r\n\v\f \x1b\x7f\x85\xa0\ufeff\u200b\u200d\u2028\u2029\u202e\u2066\ud800\udc00\uffff".split(""),
  ..."{}[]()<>\"'`\\$/*#;:,.?|=!&%@~^".split(""),
  "//",
  "///",
  "/*",
  "*/",
  "${",
  "\r\n",
];

const VOCABULARY: readonly string[] = [
  ..."saga step pivot readonly best effort parallel race branch service error type input output throws timeout retry backoff compensate".split(
    " ",
  ),
  ..."none because inquire on version idempotent for fenced forever if else foreach in where await any call fail let lock key then park try".split(
    " ",
  ),
  ..."otherwise repeat max every until sleep signal compute tags undo within import from as completed compensated continue secret record".split(
    " ",
  ),
  ...'{ } [ ] ( ) < > . , : ; | ? ?? .. = == != <= >= + - * / % & && || ! -> => ++ // /// /* */ # \' ` "x" "${ ${ " null true false 1 5s'.split(
    " ",
  ),
  ...NAMES.slice(0, 12),
];
