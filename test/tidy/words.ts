import { type Comment, parseSync, Visitor } from "oxc-parser";
import { isFixture, isGenerated, lineAt } from "./repository.ts";

/** A sentence for each thing that stands in a file and should not. */
export function complaints(file: string, text: string): string[] {
  const found = [...FORBIDDEN_TEXT.flatMap((ban) => matches(file, text, ban))];
  if (file.endsWith(".ts") && !isGenerated(file) && !isFixture(file)) {
    const { program, comments } = parseSync(file, text);
    found.push(...inComments(file, text, comments));
    if (isTest(file) && !(file in MAY_WAIT)) found.push(...waits(file, text, program));
  }
  return found;
}

/** Whether a file needs its place in `MAY_WAIT`. */
export function needsToWait(file: string, text: string): boolean {
  return waits(file, text, parseSync(file, text).program).length > 0;
}

/**
 * Tests wait for a condition or move a virtual clock: a test that sleeps and hopes is slow on a good day and wrong on a bad one. The
 * files here use real timers, each for a reason.
 */
export const MAY_WAIT: Readonly<Record<string, string>> = {
  "test/kit/until.ts": "polls a condition, and bounds how long it is waited for",
  "test/chaos/pause.ts":
    "what goes wrong there befalls processes, in real time; what is looked at in the end is waited for by condition",
  "test/crash/child.ts":
    "a participant that takes its time, so that two answers do not share a commit; nothing is expected to be done by then",
  "test/crash/kill-point.ts": "stands still behind the signal that kills its own process",
  "test/participant/killed-child.ts": "stands still behind the signal that kills its own process",
  "test/crash/trial.ts": "bounds the life of a child process; nothing is expected to take that long",
  "test/fuzz/sources.ts": "bounds how long one text may be held, as a hang is what it looks for",
  "test/store/sqlite-file.test.ts": "counts how often the event loop goes round: that it does is what is tested",
};

interface Ban {
  readonly needle: RegExp;
  readonly because: string;
}

// Put together from pieces, so that this file does not complain of itself.
const FORBIDDEN_TEXT: readonly Ban[] = [
  { needle: /(?<![\w.*-])\/(?:work|root|Users)\/\w/, because: "a path of one machine" },
  { needle: /(?<![\w.*-])\/home\/(?!you\b|user\b)\w/, because: "a path of one machine" },
  { needle: new RegExp(String.raw`\.\.${"/shared"}/`), because: "a folder that is not in this repository" },
  { needle: /^(?:<{7} |>{7} |={7}$)/m, because: "left over from a merge" },
];

const FORBIDDEN_COMMENTS: readonly Ban[] = [
  { needle: /\b(?:TODO|FIXME|HACK|XXX)\b/, because: "a wish: do it, or open an issue" },
  {
    needle: /biome-ignore(?:-all)? lint\/suspicious\/noExplicitAny/,
    because: "`any` switches the checker off for all that it touches",
  },
  { needle: /@ts-(?:ignore|nocheck)/, because: "it hides every mistake of a line; `@ts-expect-error` with a reason hides one" },
  { needle: /@ts-expect-error\s*$/, because: "it says no reason" },
];

const isTest = (file: string): boolean => file.startsWith("test/") || file.endsWith(".test.ts");

function matches(file: string, text: string, { needle, because }: Ban): string[] {
  const all = new RegExp(needle.source, needle.flags.includes("g") ? needle.flags : `${needle.flags}g`);
  return [...text.matchAll(all)].map((match) => `${file}:${lineAt(text, match.index)} "${match[0].trim()}": ${because}`);
}

function inComments(file: string, text: string, comments: readonly Comment[]): string[] {
  return comments.flatMap(({ value, start }) =>
    FORBIDDEN_COMMENTS.filter(({ needle }) => needle.test(value)).map(
      ({ needle, because }) => `${file}:${lineAt(text, start)} "${needle.exec(value)?.[0].trim()}": ${because}`,
    ),
  );
}

/** Every use of a real timer, and of a test that promises to be written later. */
function waits(file: string, text: string, program: ReturnType<typeof parseSync>["program"]): string[] {
  const found: string[] = [];
  const report = (start: number, what: string, because: string): void => {
    found.push(`${file}:${lineAt(text, start)} ${what}: ${because}`);
  };
  const CLOCK = "wait for a condition (test/kit/until.ts) or move a virtual clock; if it must be, say why in test/tidy/words.ts";
  new Visitor({
    CallExpression({ callee, start }) {
      if (callee.type === "Identifier" && TIMERS.has(callee.name)) report(start, `${callee.name}()`, CLOCK);
    },
    MemberExpression({ object, property, start }) {
      if (object.type !== "Identifier" || property.type !== "Identifier") return;
      if (object.name === "Atomics" && property.name === "wait") report(start, "Atomics.wait", CLOCK);
      if (object.name === "globalThis" && TIMERS.has(property.name)) report(start, `globalThis.${property.name}`, CLOCK);
      if ((object.name === "it" || object.name === "test") && property.name === "todo")
        report(start, `${object.name}.todo`, "a test that is not there tests nothing");
    },
    ImportDeclaration({ source, start }) {
      if (source.value === "node:timers/promises" || source.value === "node:timers") report(start, source.value, CLOCK);
    },
  }).visit(program);
  return found;
}

const TIMERS = new Set(["setTimeout", "setInterval"]);
