import type { SagaDecl } from "../../ast/nodes.ts";
import { walk } from "../../ast/walk.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { spanHolds } from "../../source/span.ts";
import { hasBroken } from "../opaque.ts";
import { defineRule } from "../rule.ts";

/** A saga declares a signal that it never waits for. */
export const unawaitedSignal = defineRule(
  {
    code: "SAGA2045",
    slug: "unawaited-signal",
    severity: "error",
    message: "Nothing awaits the signal `{name}`.",
    note: "Whoever sends it would be told that it was taken, and nothing would come of it.",
    help: "Await it, or remove it. A signal that other sagas wait for stands beside them in the file.",
  },
  (program, report) => {
    for (const { node } of program.sagas) {
      if (!node.items.some(({ kind }) => kind === "signal-decl")) continue;
      // In what could not be read it may be awaited.
      if (hasBroken(node)) continue;
      const awaited = awaitedIn(node);
      // What was probably meant by a name that there is not is told for that alone.
      const unknown = program.findings.of("unknown-signal").filter(({ ident }) => spanHolds(node.span, ident.span));
      const meant = new Set(unknown.map(({ ident, candidates }) => suggest(ident.name, candidates)));
      for (const item of node.items)
        if (item.kind === "signal-decl" && item.name !== null && !awaited.has(item.name.name) && !meant.has(item.name.name))
          report(item.name.span, { name: item.name.name });
    }
  },
);

function awaitedIn(saga: SagaDecl): Set<string> {
  const found = new Set<string>();
  walk(saga, (node) => {
    if (node.kind === "await" || node.kind === "await-case" || node.kind === "collect") found.add(node.signal?.name ?? "");
    return true;
  });
  return found;
}
