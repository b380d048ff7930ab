import type { Step } from "./memory.ts";
import { type Act, type Args, carryOut } from "./parts.ts";
import { keysOf } from "./records.ts";
import { areFinal, type Standing, standsAt } from "./values.ts";

/** Takes an event the ways that are known of its type. */
export type Code = (state: Standing, event: object, nowMs: number | undefined) => Standing;

/** What the code calls that is the same for all of it. */
export interface Tools {
  /** Goes on from a step one by one. `owned`: nobody else has the context. */
  readonly resume: (step: Step | null, state: Standing, args: Args, nowMs: number | undefined, owned: boolean) => Standing;
  readonly output: (context: object) => void;
}

/**
 * Writes the known ways of an event as one function. Beside what is saved by that, an object that several changes of records touch is copied once, where
 * each assign by itself copies all that is around its record. `path`: keys of the value that must be stood in, or the event means nothing; `null`:
 * that is not asked. Answers `null` where code cannot be made (a page's policy), or there is too much of it.
 */
export function codeOf(first: Step, path: readonly string[] | null, tools: Tools): Code | null {
  const writer = new CodeWriter();
  writer.write(path === null ? "" : stands(path));
  writer.write("const args = { context: state.context, event };");
  if (!writer.follow(first.next, { owned: false, held: NOTHING, event: null })) return null;
  return writer.made(tools);
}

/** What is known at one place of the code. */
interface Known {
  /** The context is of our own. */
  readonly owned: boolean;
  /** Objects of `steps` that are, by their paths as text. */
  readonly held: ReadonlySet<string>;
  /** What was raised and not yet told: many ask for none. */
  readonly event: object | null;
}

class CodeWriter {
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];
  readonly #names = new Map<unknown, string>();
  #steps = 0;

  write(line: string): void {
    this.#lines.push(line);
  }

  made({ resume, output }: Tools): Code | null {
    const names = this.#constants.map((_, at) => `k${at}`);
    const given = ["resume", "output", "carryOut", "areFinal", "standsAt", "isValue", ...names];
    made += 1;
    try {
      // The number makes it a text of its own: functions of equal texts share what is remembered of the objects that came by.
      const text = `"use strict"; return (state, event, nowMs) => { // ${made}\n${this.#lines.join("\n")}\n};`;
      const make = new Function(...given, text) as (...values: readonly unknown[]) => Code;
      return make(resume, output, carryOut, areFinal, standsAt, isValue, ...this.#constants);
    } catch {
      return null;
    }
  }

  /** Each way ends in a `return`. `false`: there is too much of it. */
  follow(from: Step | null, at: Known): boolean {
    let step = from;
    let known = at;
    while (step !== null) {
      this.#steps += 1;
      if (this.#steps > STEPS_MAX) return false;
      switch (step.does) {
        case "raise":
          known = { ...known, event: step.event };
          break;
        case "act":
          known = this.#act(step, step.act as Act, known);
          break;
        case "ask": {
          known = this.#tell(known);
          const { test, params, fixed } = step.guard as NonNullable<Step["guard"]>;
          if (!this.#fork(step, `${this.#name(test)}(args, ${this.#params(params, fixed)})`, known)) return false;
          break;
        }
        case "others": {
          const group = this.#name(step.group);
          const region = this.#name(step.region);
          const answer = `areFinal(${group}, standsAt(state.value, ${group}.line), ${region})`;
          if (!this.#fork(step, answer, known)) return false;
          break;
        }
        case "end":
          this.#end(step);
          return true;
        case "nothing":
          this.write("return state;");
          return true;
        case "where":
        case "work":
          known = this.#tell(known);
          this.write(`return resume(${this.#name(step)}, state, args, nowMs, ${known.owned});`);
          return true;
      }
      step = step.next;
    }
    this.write("return resume(null, state, args, nowMs, false);");
    return true;
  }

  /** Writes what follows if not; what follows if so comes next. */
  #fork({ otherwise }: Step, answer: string, known: Known): boolean {
    this.write(`if (!${answer}) {`);
    if (!this.follow(otherwise, known)) return false;
    this.write("}");
    return true;
  }

  #act(step: Step, act: Act, before: Known): Known {
    const { change, run } = act;
    if (act.kind === "input") {
      const known = this.#tell(before);
      this.write(`${this.#name(run)}(args);`);
      return known;
    }
    if (change !== null && step.name !== null) {
      const known = act.params === null ? before : this.#tell(before);
      return this.#change(act, change, step.name, known);
    }
    const known = this.#tell(before);
    this.write(`carryOut(${this.#name(act)}, args, nowMs, ${known.owned});`);
    return { ...known, owned: true, held: act.leavesSteps ? known.held : NOTHING };
  }

  #change(act: Act, change: NonNullable<Act["change"]>, name: string, known: Known): Known {
    const keys = keysOf(change, name);
    // The context is the first of the objects that hold what is changed.
    const holders = keys.map((_, at) => JSON.stringify(keys.slice(0, at)));
    let own = known.owned ? 1 : 0;
    while (own > 0 && known.held.has(holders[own] ?? "")) own += 1;
    this.write("{");
    this.write(`const at = ${this.#params(act.params, act.fixed)};`);
    if (act.params !== null) {
      // Always so in a machine of ours.
      this.write(
        `if (at[${JSON.stringify(change.of)}] !== ${JSON.stringify(name)}) return resume(null, state, args, nowMs, false);`,
      );
    }
    this.write("const it0 = args.context;");
    for (const [at, key] of keys.entries()) this.write(`const it${at + 1} = it${at}[${JSON.stringify(key)}];`);
    let text = `${this.#name(change.to)}(it${keys.length}, at)`;
    for (let at = keys.length - 1; at >= own; at--) text = `{ ...it${at}, ${propertyOf(keys[at] ?? "")}: ${text} }`;
    this.write(own === 0 ? `args.context = ${text};` : `it${own - 1}[${JSON.stringify(keys[own - 1])}] = ${text};`);
    this.write("}");
    const held = new Set([...known.held, ...holders.slice(1)]);
    // What is there now is not known to be of our own.
    held.delete(JSON.stringify(keys));
    return { ...known, owned: true, held };
  }

  #end({ over, region, value }: Step): void {
    if (over) this.write("output(args.context);");
    let text = this.#name(value);
    if (region === null) text = "state.value";
    else {
      const keys = region.line.map(({ key }) => key);
      this.write("const v0 = state.value;");
      for (const [at, key] of keys.slice(0, -1).entries()) this.write(`const v${at + 1} = v${at}[${JSON.stringify(key)}];`);
      for (let at = keys.length - 1; at >= 0; at--) text = `{ ...v${at}, ${propertyOf(keys[at] ?? "")}: ${text} }`;
    }
    this.write(`return { value: ${text}, context: args.context };`);
  }

  /** What comes next is given the event that was raised last. */
  #tell(known: Known): Known {
    if (known.event === null) return known;
    this.write(`args.event = ${this.#name(known.event)};`);
    return { ...known, event: null };
  }

  #params(params: unknown, fixed: unknown): string {
    return params === null ? this.#name(fixed) : `${this.#name(params)}(args)`;
  }

  #name(constant: unknown): string {
    if (constant === undefined) return "undefined";
    const known = this.#names.get(constant);
    if (known !== undefined) return known;
    const name = `k${this.#constants.length}`;
    this.#constants.push(constant);
    this.#names.set(constant, name);
    return name;
  }
}

/** Goes on only where it is stood in. */
function stands(path: readonly string[]): string {
  const lines = ["let v = state.value;"];
  for (const [at, key] of path.entries()) {
    const text = JSON.stringify(key);
    const isLast = at === path.length - 1;
    if (isLast) {
      lines.push(`if (typeof v === "string") { if (v !== ${text}) return state; }`);
      lines.push(`else if (typeof v !== "object" || !isValue(v[${text}])) return state;`);
    } else lines.push(`if (typeof v !== "object") return state;`, `v = v[${text}];`);
  }
  return lines.join("\n");
}

/** A name such as `constructor` is there in every object, as a function. */
function isValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "object";
}

/** `__proto__: x` would be something else. */
function propertyOf(key: string): string {
  return key === "__proto__" ? `["__proto__"]` : JSON.stringify(key);
}

let made = 0;
const NOTHING: ReadonlySet<string> = new Set();
const STEPS_MAX = 1_000;
