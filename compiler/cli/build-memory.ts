import { parseFile } from "../ast/parse.ts";
import type { Memory } from "../check/imports/closure.ts";
import { frontMemory } from "../check/imports/memory.ts";
import type { EmittedFile } from "../emit/target.ts";
import { emitSaga } from "../emit-saga.ts";
import { planText } from "../plan/canonical.ts";

/** What a watcher keeps from one build for the next: trees of sources by their text, files of sagas by their plan. Gives what would be made anew. */
export interface BuildMemory {
  readonly front: Memory;
  readonly emit: typeof emitSaga;
}

export function buildMemory(parse = parseFile, emit = emitSaga): BuildMemory {
  const emitted = new Map<string, { readonly made: string; readonly files: readonly EmittedFile[] }>();
  return {
    front: frontMemory(parse),
    emit(plan, options, targets) {
      const made = JSON.stringify([planText(plan), options, targets?.map(({ name }) => name)]);
      const key = JSON.stringify([plan.source, plan.saga]);
      const known = emitted.get(key);
      if (known?.made === made) return known.files;
      const files = emit(plan, options, targets);
      emitted.set(key, { made, files });
      return files;
    },
  };
}
