import { sagaNames } from "./lib/names.ts";
import type { Target } from "./target.ts";

/** `<saga>.plan.json`: the canonical plan, for `sagac diff`, other back ends, and the merge of the user's file. */
export const planJsonTarget: Target = {
  name: "plan-json",
  emit(plan, options) {
    return [{ path: planFile(plan.saga), text: options.planText }];
  },
};

export function planFile(saga: string): string {
  return `${sagaNames(saga).stem}.plan.json`;
}
