import type { Happening } from "./alphabet.ts";
import type { Story, Turn } from "./explore.ts";
import type { CallFacts, Facts } from "./facts.ts";
import { UNDO_LIMIT } from "./machine.ts";

/**
 * A story in words, a line for each thing that happens. Nothing is left out but what the machine does by itself, and attempts that differ in
 * nothing but their number, of which there is a line, too.
 */
export function tell(story: Story, facts: Facts): readonly string[] {
  return story.map((part) => {
    if (part.kind === "turns") return turned(part, facts);
    if (part.kind !== "skips") return words(part, facts);
    return `the attempts of ${part.call} until number ${part.to - 1} end in the same way, number ${part.to} begins`;
  });
}

function words(happening: Happening, facts: Facts): string {
  switch (happening.kind) {
    case "answers":
      return answered(happening.call, happening.answer, facts);
    case "refuses":
      if (facts.call(happening.call).step.of === "step") return `${happening.call} answers ${happening.error}`;
      return `${ofChild(facts.call(happening.call))} of ${happening.call} fails (${happening.error}), and all have ended`;
    case "notice":
      return `${ofChild(facts.call(happening.call))} of ${happening.call} fails, others still run`;
    case "signal":
      return `the signal ${happening.case} comes for ${happening.wait}`;
    case "reopens":
      return "what called it undoes it as a whole";
    case "due":
      return due(happening.call, happening.key, facts);
    case "cancel":
      return "the saga is cancelled";
    case "recovered":
      return "the worker dies, another takes over";
    case "verb":
      return `a person says of ${happening.call}: ${VERBS[happening.verb]}`;
  }
}

function answered(id: string, answer: Extract<Happening, { readonly kind: "answers" }>["answer"], facts: Facts): string {
  const { kind, step, call } = facts.call(id);
  const who =
    kind === "forward"
      ? id
      : kind === "undo"
        ? `the undo of ${step.name} (${call.operation})`
        : `${call.operation}, asked about ${step.name},`;
  switch (answer) {
    case "success":
      if (step.of === "rounds" && kind === "forward") return `a round of ${id} ends`;
      if (step.of === "items" && kind === "forward") return `all items of ${id} end`;
      return kind === "inquire" ? `${who} answers that it happened` : `${who} succeeds`;
    case "didNotHappen":
      return `${who} answers that it did not happen`;
    case "stillUnknown":
      return `${who} answers that it does not know`;
    case "unknown":
      return `${who} breaks off, and nobody knows whether it happened`;
    case "badOutput":
      return `${who} answers with something that does not fit`;
    case "stopped":
      return `${id} has stopped`;
  }
}

function ofChild({ step }: CallFacts): string {
  return step.of === "items" ? "an item" : step.of === "rounds" ? "a round" : "the saga";
}

/** How a condition on data turned out, when it was asked. */
function turned({ condition, holds }: Turn, facts: Facts): string {
  const [id = condition, part] = condition.split(".");
  const node = facts.nodes.get(id);
  if (node?.kind === "repeat") return holds ? `${id} is to end with this round` : `${id} is to go on`;
  if (node?.kind === "await")
    return holds ? `the signal ${part} is one that ${id} waits for` : `the signal ${part} does not match`;
  return holds ? `the condition ${condition} holds` : `the condition ${condition} does not hold`;
}

function due(call: string | null, key: string, facts: Facts): string {
  if (call === null) return key === UNDO_LIMIT ? "the time for undoing is over" : "the saga's deadline passes";
  const node = facts.nodes.get(call);
  if (node?.kind === "sleep") return `${call} is over`;
  if (node?.kind === "await" || node?.kind === "try") return `the time of ${call} is over`;
  if (node?.kind === "repeat") return `the pause before the next round of ${call} is over`;
  const what = key.replace(/#\d+$/, "").slice(call.length + 1);
  if (what === "timeout") return `${call} times out and is told to abort`;
  if (what === "grace") return `${call} does not settle within its grace`;
  return `the pause before the next attempt of ${call} is over`;
}

const VERBS = {
  retry: "try again",
  happened: "it happened",
  didNotHappen: "it did not happen",
  skip: "skip it",
  goBack: "go back",
} as const;
