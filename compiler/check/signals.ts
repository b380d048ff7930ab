import type { SignalDecl } from "../ast/nodes.ts";
import { type DeclaredFile, resolveSignal } from "./declarations.ts";
import type { Flow } from "./flow.ts";
import type { Binding } from "./names.ts";
import type { NamedThing } from "./program.ts";
import type { SignalSymbol } from "./symbols.ts";

/** The signals that a saga can wait for: those of its file, and its own. */
export function signalsOf({ scope, types }: DeclaredFile, own: readonly SignalDecl[]): ReadonlyMap<string, SignalSymbol> {
  if (own.length === 0) return scope.signals;
  const all = new Map(scope.signals);
  const named = new Set<string>();
  for (const node of own) {
    const signal = resolveSignal(types, node);
    if (signal === null || named.has(signal.name)) continue;
    named.add(signal.name);
    // One of the file that is hidden by it is told for that alone.
    const outer = scope.signals.get(signal.name);
    if (outer !== undefined) scope.used.add(outer);
    all.set(signal.name, signal);
  }
  return all;
}

/** All names of a saga. A signal that is awaited by its own name is the one that was declared, not another thing of that name. */
export function namesOf({ scope }: DeclaredFile, own: readonly SignalDecl[], flow: Flow): NamedThing[] {
  const declared = own.flatMap(({ name }): NamedThing[] => (name === null ? [] : [{ ident: name, what: "signal" }]));
  const names = new Set(declared.map(({ ident }) => ident.name));
  const hidden = declared.flatMap(({ ident }): NamedThing[] => {
    const outer = scope.signals.get(ident.name)?.node.name ?? null;
    return outer === null ? [] : [{ ident: outer, what: "signal" }];
  });
  const isOther = (name: string): boolean => !names.has(name) && scope.signals.has(name);
  const given = flow.names.filter(({ ident }) => !isOwnName(flow.byIdent.get(ident)) || isOther(ident.name));
  return [...hidden, ...declared, ...given];
}

function isOwnName(binding: Binding | undefined): boolean {
  if (binding?.what !== "signal") return false;
  return binding.node.kind === "await-any" || (binding.node.kind === "await" && binding.node.signal === binding.ident);
}
