import { typeNames } from "../../compiler/emit/lib/names.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import type { Exploration, ExploreOptions } from "../../compiler/verify/explore.ts";
import { findXState, loadMachine } from "../../compiler/verify/load.ts";
import { machineText, type Subject, subject, verify } from "../../compiler/verify/verify.ts";
import { tell } from "../../compiler/verify/witness.ts";
import { compileTransition } from "../../runtime/transition/compile.ts";
import { type StepPart, VALUE } from "../machine/plans.ts";

/** The machine of a plan, ready to be walked by its compiled transition with XState beside it; `edit` changes its text first. `made`: the plan that the machine is made of instead. */
export async function load(plan: Plan, edit: (text: string) => string = (text) => text, made: Plan = plan): Promise<Subject> {
  const xstate = findXState(import.meta.dirname);
  if (xstate === null) throw new Error("xstate is not installed");
  const { machine, tables, nobody } = await loadMachine(edit(machineText(made)), typeNames(plan).saga.machine, xstate);
  return subject(plan, null, machine, tables, nobody, { compile: compileTransition, every: 1 });
}

export async function walk(plan: Plan, options: Partial<ExploreOptions> = {}): Promise<Exploration> {
  return verify(await load(plan), { maxStates: 100_000, ...options });
}

/** The broken laws, each with its story in words and what is wrong as the last line. */
export function stories({ broken }: Exploration, { facts }: Subject): Record<string, readonly string[]> {
  return Object.fromEntries(broken.map(({ law, story, what }) => [law, [...tell(story, facts), `=> ${what.join("; ")}`]]));
}

/** Replaces a text that must stand there, `times` times. Throws if it does not, so that no test edits nothing. */
export function swap(text: string, from: string | RegExp, to: string, times = 1): string {
  const found = typeof from === "string" ? text.split(from).length - 1 : [...text.matchAll(new RegExp(from, "g"))].length;
  if (found !== times) throw new Error(`${String(from)} stands there ${found} times, not ${times}`);
  return typeof from === "string" ? text.split(from).join(to) : text.replace(new RegExp(from, "g"), to);
}

export const ONCE = { attempts: 1, backoffMinMs: 100, backoffMaxMs: 1_000 };
export const TWICE = { attempts: 2, backoffMinMs: 100, backoffMaxMs: 1_000 };
export const FOREVER = { attempts: null, backoffMinMs: 100, backoffMaxMs: 1_000 };

export function step(name: string, more: Partial<StepPart> = {}): StepPart {
  return { name, throws: ["Refused"], output: [VALUE], outputLive: true, retry: TWICE, undo: { retry: TWICE }, ...more };
}

export function pivot(name: string, more: Partial<StepPart> = {}): StepPart {
  return step(name, { kind: "pivot", retry: FOREVER, ...more });
}

export function after(name: string, more: Partial<StepPart> = {}): StepPart {
  return step(name, { retry: FOREVER, throws: [], ...more });
}
