import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Compile } from "../../compiler/verify/lockstep.ts";
import type * as compile from "../../runtime/transition/compile.ts";
import { swap } from "../verify/kit.ts";

const ROOT = join(import.meta.dirname, "../..");

const FILES = [
  "compile.ts",
  "chart.ts",
  "macrostep.ts",
  "values.ts",
  "copier.ts",
  "trace.ts",
  "memory.ts",
  "code.ts",
  "records.ts",
  "parts.ts",
  "words.ts",
  "xstate.ts",
] as const;

/** A mistake in the compiled transition, made in its source. */
export interface Planted {
  readonly name: string;
  readonly file: (typeof FILES)[number];
  readonly from: string;
  readonly to: string;
  /** Why no machine of ours can tell: it is not looked for. */
  readonly equivalent?: string;
}

export const PLANTED: readonly Planted[] = [
  {
    name: "an eventless transition is missed where nothing was entered",
    file: "macrostep.ts",
    from: "const stirred = this.#stirred && this.#chart.watched",
    to: "const stirred = false && this.#chart.watched",
  },
  {
    name: "an eventless transition of what was entered is missed",
    file: "macrostep.ts",
    from: "      this.#fresh.push(...move.leaves);\n",
    to: "",
  },
  {
    name: "only the first branch hears that the saga fails",
    file: "macrostep.ts",
    from: "        break;\n      }\n    }\n    if (found.length < 2)",
    to: "        return [move];\n      }\n    }\n    if (found.length < 2)",
  },
  {
    name: "guards are tried in the wrong order",
    file: "macrostep.ts",
    from: "for (const move of moves) {\n      if",
    to: "for (const move of [...moves].reverse()) {\n      if",
  },
  {
    name: "a guard is not asked",
    file: "macrostep.ts",
    from: "if (move.guard !== null && !this.#holds(move.guard)) continue;\n      found",
    to: "found",
  },
  {
    name: "the outer state takes what the inner takes too",
    file: "macrostep.ts",
    from: "    if (taken) return true;\n",
    to: "",
    equivalent: "no state takes an event that a state within it takes as well",
  },
  {
    name: "a state that leads to itself is not entered again",
    file: "chart.ts",
    from: "const domain = to === source || isBelow(to, source) ? source : commonAncestor(to, source);",
    to: "if (to === source) return moveOf(common, STAYS);\n    const domain = isBelow(to, source) ? source : commonAncestor(to, source);",
    equivalent: "no transition leads to the state that it is of",
  },
  {
    name: "the next attempt is not entered anew from its pause",
    file: "macrostep.ts",
    from: "this.#actAll(move.entries);",
    to: "if (move.source.key !== 'backoff') this.#actAll(move.entries);",
  },
  {
    name: "a call that is told to abort stays where it is, and so does its timer",
    file: "macrostep.ts",
    from: "if (domain === null || region === null) return;",
    to: "if (domain === null || region === null || domain.key === 'call') return;",
  },
  {
    name: "a group is done when its first branch is",
    file: "values.ts",
    from: "!isFinal(region, value[region.key])) return false;",
    to: "isFinal(region, value[region.key])) return true;",
  },
  {
    name: "a group is never done",
    file: "macrostep.ts",
    from: "      this.#raise(group.done);\n",
    to: "",
  },
  {
    name: "the other branches are lost when one moves",
    file: "macrostep.ts",
    from: "const copy = copyOf(node, from);",
    to: "const copy = { [node.key]: from[node.key] };",
  },
  {
    name: "a branch that moves changes its place among the others",
    file: "macrostep.ts",
    from: "    this.#holder[region.key] = inner;",
    to: "    delete this.#holder[region.key];\n    this.#holder[region.key] = inner;",
  },
  {
    name: "what one event has changed is changed by the next",
    file: "macrostep.ts",
    from: "    this.#held = null;\n    if (this.#own.length > 0) this.#own = [];\n",
    to: "",
  },
  {
    name: "a branch's way is held for another's",
    file: "macrostep.ts",
    from: "if (this.#held !== region) this.#hold(region);",
    to: "if (this.#held === null) this.#hold(region);",
  },
  {
    name: "what is raised comes last in, first out",
    file: "macrostep.ts",
    from: "      const event = this.#raised[this.#taken];\n      if (event === undefined) break;\n      this.#taken += 1;",
    to: "      const event = this.#raised.pop();\n      if (event === undefined) break;",
  },
  {
    name: "what is raised comes before eventless transitions",
    file: "macrostep.ts",
    from: "const moves = this.#eventless();",
    to: "const moves = this.#raised[this.#taken] === undefined ? this.#eventless() : NONE;",
    equivalent: "what a state raises when it is done is taken by no state whose eventless transitions are open then",
  },
  {
    name: "only the first of the actions is taken",
    file: "macrostep.ts",
    from: "this.#actAll(only.acts);",
    to: "this.#actAll(only.acts.slice(0, 1));",
  },
  {
    name: "what is entered acts before the transition",
    file: "macrostep.ts",
    from: "      this.#actAll(only.acts);\n      this.#enter(only, null);",
    to: "      this.#enter(only, null);\n      this.#actAll(only.acts);",
  },
  {
    name: "an action that fails a branch is held for one that does not",
    file: "words.ts",
    from: "FAILS_NOTHING: ReadonlySet<string> = new Set([",
    to: 'FAILS_NOTHING: ReadonlySet<string> = new Set(["fail", "giveUp", ',
  },
  {
    name: "the machine goes on after its end",
    file: "macrostep.ts",
    from: "if (move.ends) this.#ended = true;",
    to: "this.#ended = false;",
    equivalent: "nothing is left to be taken there",
  },
  {
    name: "what an action assigns beside records is lost",
    file: "words.ts",
    from: "ASSIGNS_STEPS: ReadonlySet<string> = new Set([\n",
    to: 'ASSIGNS_STEPS: ReadonlySet<string> = new Set([\n  "fail",\n  "passOverEnding",\n',
  },
  {
    name: "all of a group is entered but its last branch",
    file: "chart.ts",
    from: "for (const region of Object.values(node.states)) {\n        entered",
    to: "for (const region of Object.values(node.states).slice(0, -1)) {\n        entered",
  },
  {
    name: "what is known of an event is carried out wherever else the machine stands",
    file: "memory.ts",
    from: "if (areSame(each.stood, stood)) return each.next;",
    to: "return each.next;",
  },
  {
    name: "a known way does not ask whether the other branches have ended",
    file: "memory.ts",
    from: "areFinal(group, standsAt(state.value, group.line), step.region) ? step.next",
    to: "group !== null ? step.next",
  },
  {
    name: "a known way does not ask its guards",
    file: "memory.ts",
    from: "holds(step.guard as Guard, args) ? step.next : step.otherwise",
    to: "step.next ?? step.otherwise",
  },
  {
    name: "a known way goes on with the event that came from outside",
    file: "memory.ts",
    from: "          args.event = step.event as object;\n",
    to: "",
    equivalent: "no guard and no action reads the event that a state raises when it is done",
  },
  {
    name: "a known way puts what it comes to in another place",
    file: "values.ts",
    from: "if (above !== null) above[key] = inner;",
    to: "if (above !== null) above[Object.keys(above)[0] ?? key] = inner;",
  },
  {
    name: "what stands in other branches is held for known",
    file: "trace.ts",
    from: "if (this.#known !== this.#root) this.#askWhere(value);",
    to: "",
  },
  {
    name: "that a group is done is held for known",
    file: "trace.ts",
    from: "if (known === null || isIn(group, known)) return null;",
    to: "return null;",
  },
  {
    name: "a known way does not say what it changed",
    file: "parts.ts",
    from: "if (!owned) args.context = { ...args.context };",
    to: "",
  },
  {
    name: "a change of a record is put into the state before it",
    file: "records.ts",
    from: "if (this.#own.has(object)) return object;",
    to: "if (this.#own.has(object) || copy !== null) return object;",
  },
  {
    name: "what one event has copied is held for its own by the next",
    file: "macrostep.ts",
    from: "    this.#owned = false;\n    this.#records.forget();",
    to: "    this.#owned = false;",
  },
  {
    name: "code puts a change into an object that is not its own",
    file: "code.ts",
    from: "let own = known.owned ? 1 : 0;",
    to: "let own = 2;",
  },
  {
    name: "code holds for its own what another action has replaced",
    file: "code.ts",
    from: "held: act.leavesSteps ? known.held : NOTHING",
    to: "held: known.held",
    equivalent: "an action that replaces records has copied all that is around them, and nobody else has it",
  },
  {
    name: "code changes the record of the first that was worked out",
    file: "code.ts",
    from: "const at = ${this.#params(act.params, act.fixed)};",
    to: "const at = { ...${this.#params(act.params, act.fixed)}, ...${this.#name(act.fixed ?? null)}, output: null };",
  },
  {
    name: "code forgets what stands beside what it changes",
    file: "code.ts",
    from: "text = `{ ...it${at}, ${propertyOf",
    to: "text = `{ ${propertyOf",
  },
  {
    name: "code takes every guard for true",
    file: "code.ts",
    from: "this.write(`if (!${answer}) {`);",
    to: "this.write(`if (!${answer} && false) {`);",
  },
  {
    name: "code takes an event wherever the machine stands",
    file: "code.ts",
    from: 'writer.write(path === null ? "" : stands(path));',
    to: "",
  },
  {
    name: "code puts what it comes to beside where it belongs",
    file: "code.ts",
    from: "`{ ...v${at}, ${propertyOf",
    to: "`{ ...v0, ${propertyOf",
  },
];

/** The source with the mistake in it. Throws where its text does not stand there once. */
export function mistaken({ name, file, from, to }: Planted): string {
  const text = readFileSync(join(ROOT, "runtime/transition", file), "utf8");
  try {
    return swap(text, from, to);
  } catch (cause) {
    throw new Error(`"${name}" does not fit runtime/transition/${file} any more: ${String(cause)}`, { cause });
  }
}

/** The transition's sources with one of them changed, loaded. */
export async function planted(mistake: Planted): Promise<Compile> {
  mkdirSync(join(ROOT, ".tmp"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".tmp/planted-"));
  for (const name of FILES) {
    const text = name === mistake.file ? mistaken(mistake) : readFileSync(join(ROOT, "runtime/transition", name), "utf8");
    writeFileSync(join(folder, name), text);
  }
  try {
    const module: unknown = await import(/* @vite-ignore */ pathToFileURL(`${folder}/compile.ts`).href);
    const { compileTransition } = module as Pick<typeof compile, "compileTransition">;
    return (machine) => compileTransition(machine, { codeAfter: 2 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
