import type { Frame } from "../../names.ts";
import type { CheckedStep } from "../../program.ts";

/** The innermost part around a step that is undone alone: the block of a `try`, or a branch of a `race`. */
export function scopeOf(step: CheckedStep): Frame | null {
  return step.frames.findLast(({ node, part }) => part === "body" || (part === "branch" && node.kind === "race")) ?? null;
}
