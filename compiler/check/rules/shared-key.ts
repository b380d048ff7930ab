import type { Expression, Node, RepeatNode } from "../../ast/nodes.ts";
import { childrenOf } from "../../ast/walk.ts";
import { type Frame, type Frames, parting } from "../names.ts";
import type { CheckedStep } from "../program.ts";
import { defineRule } from "../rule.ts";

/** Calls that a service cannot tell from each other: two steps under one key, every item of a foreach, every round of a repeat, or every saga. */
export const sharedKey = defineRule(
  {
    code: "SAGA4018",
    slug: "shared-key",
    severity: "warning",
    message: "`{step}` is called under the same key {as}.",
    note: "A service answers a key that it knows from its record: what is called second would be answered with what was done first, and would not be done itself.",
    help: "{help}",
  },
  (program, report) => {
    for (const { steps } of program.sagas) {
      const met: Keyed[] = [];
      for (const step of steps) {
        const { key, service } = step.call;
        for (const call of [step.undo.kind === "compensate" ? step.undo.call : null, step.inquire])
          if (call !== null && call.key !== null && call.key !== key && readsNothing(call.key))
            report(call.key.span, inEverySaga(call.operation.name));
        if (key === null) continue;
        const { name } = step.name;
        const read = namesIn(key).flatMap((named) => program.typed.get(named)?.output?.binding.frames ?? []);
        const text = written(key);
        const first = met.find((one) => one.service === service && one.text === text && !exclude(one.step, step));
        const item = itemLeftOut(step, read);
        if (item !== null)
          report(key.span, {
            step: name,
            as: "for every item",
            help: `Say in it which item it is for: \`key "${name} \${${item}}"\`, or a part of it.`,
          });
        else if (isSameInRounds(step, read))
          report(key.span, {
            step: name,
            as: "in every round",
            help: "Leave `key` out, and each round has one of its own; or make it of what the round gives.",
          });
        else if (first === undefined && readsNothing(key)) report(key.span, inEverySaga(name));
        if (first === undefined) met.push({ step, service, text });
        else
          report(
            key.span,
            {
              step: name,
              as: `as \`${first.step.name.name}\``,
              help: "Say in it what is done as well, in words of its own for each step.",
            },
            { labels: [{ span: first.step.call.key?.span ?? first.step.name.span, message: "the same key" }] },
          );
      }
    }
  },
);

interface Keyed {
  readonly step: CheckedStep;
  readonly service: string;
  readonly text: string;
}

/** The item of a foreach around a step, where the key reads neither it nor anything that stands in its block. */
function itemLeftOut({ frames }: CheckedStep, read: Frames): string | null {
  for (const { node, part } of frames.toReversed())
    if (part === "item" && node.kind === "foreach" && node.item !== null && !read.some((frame) => frame.node === node))
      return node.item.name;
  return null;
}

/**
 * Whether a step surely comes about in each round of a repeat, and its key reads nothing that a round gives. What stands in an `if` may come
 * about once only: in the round that is the last.
 */
function isSameInRounds({ frames }: CheckedStep, read: Frames): boolean {
  for (const { node, part } of frames.toReversed()) {
    if (!EVERY_TIME.has(part)) return false;
    if (part === "round" && node.kind === "repeat" && !isOnce(node) && !read.some((frame) => frame.node === node)) return true;
  }
  return false;
}

/** Parts that are gone through whenever their construct is. */
const EVERY_TIME: ReadonlySet<Frame["part"]> = new Set(["branch", "item", "round", "body"]);

function isOnce({ clauses }: RepeatNode): boolean {
  const max = clauses.find((clause) => clause.kind === "max");
  return max === undefined || max.value === null || max.value.value === 1;
}

function inEverySaga(name: string): { readonly step: string; readonly as: string; readonly help: string } {
  return {
    step: name,
    as: "in every saga",
    help: `Say in it which saga it is for, with something of its input: \`key "${name} \${input.…}"\`.`,
  };
}

/** Whether every instance of the saga has the same. */
function readsNothing(node: Node): boolean {
  return node.kind !== "input" && node.kind !== "name" && node.kind !== "failure" && childrenOf(node).every(readsNothing);
}

function namesIn(node: Node): Expression[] {
  return node.kind === "name" ? [node] : childrenOf(node).flatMap(namesIn);
}

/** Whether only one of them can come about. */
function exclude(a: CheckedStep, b: CheckedStep): boolean {
  const [one, other] = [a.frames[0], b.frames[0]];
  if (one?.part === "ending" && other?.part === "ending" && one.node !== other.node) return true;
  const ways = parting(a.frames, b.frames);
  return ways !== null && isEither(ways.a);
}

function isEither({ node, part }: Frame): boolean {
  return node.kind === "if" || part === "policy" || part === "case";
}

/** The same for the same expression, wherever and with whatever spaces it is written. */
function written(key: Expression): string {
  return JSON.stringify(key, (name, value: unknown) => (name === "span" ? undefined : value));
}
