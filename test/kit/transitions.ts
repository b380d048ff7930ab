import { compile } from "../../compiler/pipeline.ts";
import { loadSagas } from "../../compiler/simulate/load.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { changesOf } from "../../runtime/engine/change.ts";
import type { CallSite, SagaDefinition, SagaEvent, SagaState } from "../../runtime/engine/definition.ts";
import { type Effects, effectsOf } from "../../runtime/engine/effects.ts";
import { createTransition } from "../../runtime/engine/state.ts";

/** Single transitions of a saga, for what looks at them without a store. */

export type { SagaDefinition, SagaEvent, SagaState, StepRecord } from "../../runtime/engine/definition.ts";

export type Step = (state: SagaState, event: SagaEvent) => SagaState;

/** The first state and both ways on from it. Throws where the machine has no compiled transition. */
export function transitionsOf(
  definition: SagaDefinition,
  input: unknown,
): { readonly start: SagaState; readonly compiled: Step; readonly xstate: Step } {
  const compiled = createTransition(definition, "compiled");
  if (compiled.by !== "compiled") throw new Error(`${definition.saga} has no compiled transition`);
  const { next: xstate } = createTransition(definition, "xstate");
  return { start: compiled.initial({ input, seed: 1 }), compiled: compiled.next, xstate };
}

/** What a state wants; `before`: what the state before it did. */
export function wantedIn(definition: SagaDefinition, state: SagaState, before: Effects | null): Effects {
  return effectsOf(definition, state, before);
}

/** The text of what changed from one state to the next, as a commit writes it. */
export function changesText(before: SagaState, after: SagaState): string {
  return JSON.stringify(changesOf({ state: before }, { state: after }));
}

/** The first call that a state wants; `null`: none. */
export function firstCall(definition: SagaDefinition, state: SagaState): { readonly id: string; readonly site: CallSite } | null {
  const [call] = effectsOf(definition, state).calls.values();
  return call ?? null;
}

/** The one saga of a text that must be free of errors, as the compiler emits it. */
export async function definitionOf(text: string): Promise<SagaDefinition> {
  const { sagas } = compile(memorySources({ "shape.saga": text }), ["shape.saga"]);
  const plans = sagas.map(({ plan }) => plan);
  const [plan] = plans;
  const loaded = await loadSagas(plans, import.meta.dirname);
  if (plan === undefined || typeof loaded === "string") throw new Error(`no saga can be made of: ${text}`);
  // It is in memory by now.
  loaded.close();
  return loaded.definition(plan.saga);
}
