/** Two names that a reader cannot tell apart have the same skeleton: each look-alike character stands as its Latin twin. */
export function skeleton(name: string): string {
  let result = "";
  for (const character of name.normalize("NFKC")) result += TWINS.get(character) ?? character;
  return result;
}

/**
 * The first character that is not of the script in which most of the name is written, or `null` when one script (or several that belong
 * together: Han, kana, Hangul, each also with Latin) is all there is.
 */
export function oddCharacter(name: string): string | null {
  if (ASCII.test(name)) return null;
  const scripts = new Map<string, number>();
  for (const character of name) {
    const script = scriptOf(character);
    if (script !== null) scripts.set(script, (scripts.get(script) ?? 0) + 1);
  }
  const apart = [...scripts.keys()].filter((script) => script !== "Latin" && !TOGETHER.has(script));
  if (scripts.size < 2 || apart.length === 0) return null;
  const [main] = [...scripts].reduce((most, next) => (next[1] > most[1] ? next : most));
  for (const character of name) {
    const script = scriptOf(character);
    if (script !== null && script !== main) return character;
  }
  return null;
}

/** `о` (U+043E, Cyrillic) */
export function describeCharacter(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `\`${character}\` (U+${point}, ${scriptOf(character) ?? "no letter"})`;
}

/** `null`: no letter, or one that several scripts share. */
function scriptOf(character: string): string | null {
  if (SHARED.test(character)) return null;
  return SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0] ?? null;
}

/** Most names: all its letters are Latin. */
const ASCII = /^[ -~]*$/;

const SHARED = /\p{Script=Common}|\p{Script=Inherited}/u;

const SCRIPTS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["Coptic", /\p{Script=Coptic}/u],
  ["Georgian", /\p{Script=Georgian}/u],
  ["Hebrew", /\p{Script=Hebrew}/u],
  ["Arabic", /\p{Script=Arabic}/u],
  ["Devanagari", /\p{Script=Devanagari}/u],
  ["Thai", /\p{Script=Thai}/u],
  ["Han", /\p{Script=Han}/u],
  ["Hiragana", /\p{Script=Hiragana}/u],
  ["Katakana", /\p{Script=Katakana}/u],
  ["Hangul", /\p{Script=Hangul}/u],
  ["Bopomofo", /\p{Script=Bopomofo}/u],
  ["another script", /\p{Letter}/u],
];

const TOGETHER: ReadonlySet<string> = new Set(["Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"]);

/** Pairs: a character, and the Latin letter that common typefaces draw alike. */
const TWIN_PAIRS = [
  "0O 1l Il", // within ASCII
  "аa сc ԁd еe һh іi јj ӏl оo рp ԛq ѕs ԝw хx уy АA ВB СC ЕE НH Іl ЈJ КK МM ОO РP ЅS ТT ХX УY", // Cyrillic
  "αa ιi κk νv οo ρp υu χx γy ΑA ΒB ΕE ΖZ ΗH Ιl ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX", // Greek
  "օo սu ոn ՏS", // Armenian
  "ıi ɑa ɡg ᴏo", // Latin letters that pass for others
];

const TWINS: ReadonlyMap<string, string> = new Map(
  TWIN_PAIRS.flatMap((line) => line.split(" ")).map((pair): [string, string] => {
    const [odd = "", twin = ""] = pair;
    return [odd, twin];
  }),
);
