import type { Happening } from "./alphabet.ts";
import type { Story } from "./explore.ts";
import type { Facts } from "./facts.ts";

/**
 * A story in words, a line for each thing that happens. Nothing is left out but what the machine does by itself, and attempts that differ in
 * nothing but their number, of which there is a line, too.
 */
export function tell(story: Story, facts: Facts): readonly string[] {
  return story.map((part) => {
    if (part.kind !== "skips") return words(part, facts);
    return `the attempts of ${part.call} until number ${part.to - 1} end in the same way, number ${part.to} begins`;
  });
}

function words(happening: Happening, facts: Facts): string {
  switch (happening.kind) {
    case "answers":
      return answered(happening.call, happening.answer, facts);
    case "refuses":
      return `${happening.call} answers ${happening.error}`;
    case "due":
      return due(happening.call, happening.key);
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
      return kind === "inquire" ? `${who} answers that it happened` : `${who} succeeds`;
    case "didNotHappen":
      return `${who} answers that it did not happen`;
    case "stillUnknown":
      return `${who} answers that it does not know`;
    case "unknown":
      return `${who} breaks off, and nobody knows whether it happened`;
    case "badOutput":
      return `${who} answers with something that does not fit`;
  }
}

function due(call: string | null, key: string): string {
  if (call === null) return "the saga's deadline passes";
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
