import type { MachineTables, SagaDefinition } from "./definition.ts";
import type { Transition } from "./state.ts";

/** What one member of a family runs: a saga's own machine, or that of one of its bodies (items of a foreach, rounds of a repeat). */
export interface Unit {
  /** Whose name, version and validators hold; a body has those of its saga. */
  readonly definition: SagaDefinition;
  /** A key of `definition.bodies`; `null`: the saga itself. */
  readonly body: string | null;
  readonly tables: MachineTables;
  readonly transition: Transition;
  /** By `service.operation`. */
  readonly handlers: Handlers;
}

export type Handlers = ReadonlyMap<string, (input: unknown, ctx: unknown) => unknown>;

/** Whether anything of it runs as instances of its own: only then has a saga a family. */
export function hasChildren(unit: Unit): boolean {
  return Object.values(unit.tables.calls).some((site) => site.children !== undefined);
}

/** The sagas that it calls, in its bodies too. */
export function calledSagas(definition: SagaDefinition): { readonly saga: string; readonly version: number }[] {
  const tables = [definition, ...Object.values(definition.bodies ?? {})];
  return tables.flatMap(({ calls }) =>
    Object.values(calls).flatMap(({ children }) => (children?.saga == null ? [] : [children.saga])),
  );
}
