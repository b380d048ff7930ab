import type { Statement } from "../../ast/nodes.ts";
import { defineRule } from "../rule.ts";

/** A statement that has no meaning once the outcome stands. */
export const afterTheEnd = defineRule(
  {
    code: "SAGA4033",
    slug: "after-the-end",
    severity: "error",
    message: "There is no `{word}` after the end.",
    note: null,
    help: null,
  },
  (program, report) => {
    for (const { span, word, kind } of program.findings.of("after-the-end"))
      report(span, { word }, WHY[kind === "await-any" ? "await" : kind] ?? OTHERS);
  },
);

const OTHERS = {
  note: "When an ending runs, the outcome stands: it tells, and changes nothing any more.",
  help: "Put it before the end.",
};

const OWN = "It runs instances of their own, which can fail and are undone; when an ending runs, nothing is any more.";

const WHY: Readonly<Partial<Record<Statement["kind"], { readonly note: string; readonly help: string }>>> = {
  race: {
    note: "The branches that lose are undone, and after the end nothing is undone.",
    help: "Use a `parallel`, or steps one after another.",
  },
  try: {
    note: "After the end nothing fails: a step that is given up is gone on without, so there is nothing to catch.",
    help: "Write what stands in it without the `try`.",
  },
  await: {
    note: "Once the outcome stands, signals are refused: the saga has ended for whoever would send one.",
    help: "Wait for it before the end; or `sleep` for a time.",
  },
  foreach: { note: OWN, help: "Give a step the whole list." },
  repeat: { note: OWN, help: "Say in the step how often it is tried: `retry 5 backoff 1m`." },
  call: { note: OWN, help: "Call it before the end; or let a step ask its service to start that saga." },
};
