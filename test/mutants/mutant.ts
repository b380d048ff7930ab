import type { Plan } from "../../compiler/plan/plan.ts";
import { swap } from "../verify/kit.ts";

/** A mistake that the emitter could make, made in the text that it wrote. */
export interface Mutant {
  readonly name: string;
  /** What the plan is called that the machine is made of. */
  readonly of: string;
  readonly plan: Plan;
  readonly edit: (text: string) => string;
  /** Why no law can be broken: the machine behaves as before. */
  readonly equivalent?: string;
}

export function edited(name: string, of: string, plan: Plan, from: string | RegExp, to: string, times = 1): Mutant {
  return { name, of, plan, edit: (text) => swap(text, from, to, times) };
}
