import { SagaError } from "../errors.ts";
import { SAGA_FORMAT, type SagaDefinition } from "./definition.ts";
import { createTransition, type Transition } from "./state.ts";

/** A saga with the handlers that carry it out; made by `implement`, taken by `startWorker`. */
export interface Implementation {
  readonly definition: SagaDefinition;
  readonly transition: Transition;
  /** By `service.operation`. */
  readonly handlers: ReadonlyMap<string, (input: unknown, ctx: unknown) => unknown>;
}

/**
 * Binds a compiled saga to its handlers. What is missing or mistyped is a compile error in TypeScript; what types cannot see (plain
 * JavaScript, a cast) is refused here: `RT1012` names every handler that is not a function, `RT1006` a definition of another format.
 */
export function implement<Input, Output, Steps>(
  definition: SagaDefinition<Input, Output, Steps>,
  steps: NoInfer<Steps>,
): Implementation {
  if (definition.format !== SAGA_FORMAT) {
    throw new SagaError(
      "RT1006",
      `the generated code of saga ${definition.saga} has format ${String(definition.format)}, this runtime takes format ${SAGA_FORMAT}: ` +
        "install sagac and @sagac/runtime of the same version and run `sagac build` again",
    );
  }
  const services = steps as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const handlers = new Map<string, (input: unknown, ctx: unknown) => unknown>();
  const missing = new Set<string>();
  for (const site of Object.values(definition.calls)) {
    const name = `${site.service}.${site.operation}`;
    const service = services[site.service];
    const handler = service?.[site.operation];
    if (service === undefined || typeof handler !== "function") missing.add(name);
    else handlers.set(name, (input, ctx) => handler.call(service, input, ctx) as unknown);
  }
  if (missing.size > 0) {
    throw new SagaError(
      "RT1012",
      `saga ${definition.saga} has no handler for ${[...missing].join(", ")}: run \`sagac build\`, which adds typed stubs to its .steps.ts, and fill them in`,
    );
  }
  const plain = definition as SagaDefinition;
  return { definition: plain, transition: createTransition(plain), handlers };
}
