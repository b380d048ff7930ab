import type { CheckedCall, CheckedProgram, CheckedStep } from "../../program.ts";
import { callsOf } from "./services.ts";

export interface OperationUse {
  readonly step: CheckedStep;
  readonly call: CheckedCall;
}

/** Operations that a saga uses more than once: each later use with the first one. */
export function operationUses(program: CheckedProgram): { readonly first: OperationUse; readonly again: OperationUse }[] {
  return program.sagas.flatMap((saga) => {
    const firsts = new Map<string, OperationUse>();
    return saga.steps.flatMap((step) =>
      callsOf(step).flatMap((call) => {
        const key = `${call.service}.${call.operation.name}`;
        const first = firsts.get(key);
        if (first !== undefined) return [{ first, again: { step, call } }];
        firsts.set(key, { step, call });
        return [];
      }),
    );
  });
}
