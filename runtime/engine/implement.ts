import { checkDefinition } from "../arguments.ts";
import { SagaError } from "../errors.ts";
import type { Random } from "../ports/random.ts";
import { type CallSite, SAGA_FORMAT, type SagaDefinition } from "./definition.ts";
import { shadowed } from "./shadow.ts";
import { createTransition, type Transition, type TransitionKind } from "./state.ts";
import type { Handlers, Unit } from "./unit.ts";

/** A saga with the handlers that carry it out; made by `implement`, taken by `startWorker`. */
export interface Implementation {
  readonly definition: SagaDefinition;
  readonly transition: Transition;
  readonly handlers: Handlers;
  readonly unit: Unit;
  /** By id: `$foreach1`. */
  readonly bodies: ReadonlyMap<string, Unit>;
  /** Released versions of the same saga, which a worker serves beside it. */
  readonly otherVersions: readonly Implementation[];
}

/** Handlers of each version in `otherVersions`, by its number; nothing where there are none. */
export type OtherHandlers<Others> = unknown extends Others
  ? readonly []
  : readonly [otherVersions: { readonly [Version in keyof Others]: HandlersOf<Others[Version]> }];

type HandlersOf<Definition> = Definition extends { readonly $types?: { readonly steps: infer Steps } } ? Steps : never;

/** The implementations that a worker serves, by `saga@version`. */
export type Registry = ReadonlyMap<string, Implementation>;

/**
 * Binds a compiled saga to its handlers, and each released version that may still have sagas to end to its own:
 * `implement(placeOrder, steps, { 1: stepsOfVersion1 })`. What is missing or mistyped is a compile error in TypeScript; what types cannot see
 * (plain JavaScript, a cast) is refused here: `RT1012` names every handler that is not a function, `RT1006` a definition of another format, `RT1019` what is no definition.
 */
export function implement<Input, Output, Steps, Signals, Others>(
  definition: SagaDefinition<Input, Output, Steps, Signals, Others>,
  steps: NoInfer<Steps>,
  ...others: OtherHandlers<NoInfer<Others>>
): Implementation {
  const [handlers = {}] = others as readonly [Readonly<Record<string, unknown>>?];
  checkDefinition("implement", definition);
  const plain = definition as SagaDefinition;
  return {
    ...implementOne(plain, steps, OWN_MISSING),
    otherVersions: Object.entries(plain.otherVersions ?? {}).map(([version, other]) =>
      implementOne(
        other,
        handlers[version] ?? {},
        `give \`implement\` those of version ${version} behind its own: \`{ ${version}: steps }\``,
      ),
    ),
  };
}

const OWN_MISSING = "run `sagac build`, which adds typed stubs to its .steps.ts, and fill them in";

/** `help`: what to do about a handler that is missing. */
function implementOne(definition: SagaDefinition, steps: unknown, help: string): Implementation {
  if (definition.format !== SAGA_FORMAT) {
    throw new SagaError(
      "RT1006",
      `the generated code of saga ${definition.saga} has format ${String(definition.format)}, this runtime takes format ${SAGA_FORMAT}: ` +
        "install sagac and @sagac/runtime of the same version and run `sagac build` again",
    );
  }
  const bodies = Object.entries(definition.bodies ?? {});
  const handlers = bind(
    definition,
    [definition, ...bodies.map(([, tables]) => tables)].flatMap((tables) => Object.values(tables.calls)),
    steps,
    help,
  );
  const unit: Unit = { definition, body: null, tables: definition, transition: createTransition(definition), handlers };
  return {
    definition,
    transition: unit.transition,
    handlers,
    unit,
    bodies: new Map(
      bodies.map(([body, tables]) => [body, { definition, body, tables, transition: createTransition(tables), handlers }]),
    ),
    otherVersions: [],
  };
}

/** How a worker works transitions out. */
export interface CarryOptions {
  readonly transition: TransitionKind;
  /** Of all transitions this share (0 to 1) is worked out by the other kind too, and compared. */
  readonly shadow: number;
  readonly random: Random;
}

/** The same saga, carried out otherwise. As `implement` made it, it has the compiled transition and no shadow. */
export function carried(implementation: Implementation, { transition: kind, shadow, random }: CarryOptions): Implementation {
  if (kind === "compiled" && shadow === 0) return implementation;
  const by = (unit: Unit): Unit => {
    const asked = kind === unit.transition.by && unit.transition.refused === null;
    const own = asked ? unit.transition : createTransition(unit.tables, kind);
    if (shadow === 0) return { ...unit, transition: own };
    const other = createTransition(unit.tables, own.by === "compiled" ? "xstate" : "compiled");
    return { ...unit, transition: shadowed(own, other, { saga: unitName(unit), share: shadow, random }) };
  };
  const unit = by(implementation.unit);
  const bodies = new Map([...implementation.bodies].map(([id, body]) => [id, by(body)]));
  return { ...implementation, unit, bodies, transition: unit.transition };
}

/** The machines of a saga that XState runs although the compiled transition was asked for: whose, and why. */
export function refusedBy({ unit, bodies }: Implementation): readonly { readonly saga: string; readonly why: string }[] {
  return [unit, ...bodies.values()].flatMap((each) => {
    const { refused: why } = each.transition;
    return why === null ? [] : [{ saga: unitName(each), why }];
  });
}

function unitName({ definition, body }: Unit): string {
  return body === null ? nameOf(definition) : `${body} of ${nameOf(definition)}`;
}

function bind(definition: SagaDefinition, sites: readonly CallSite[], steps: unknown, help: string): Handlers {
  const services = (steps ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const handlers = new Map<string, (input: unknown, ctx: unknown) => unknown>();
  const missing = new Set<string>();
  for (const site of sites) {
    // What runs as instances of its own calls no handler.
    if (site.children !== undefined) continue;
    const name = `${site.service}.${site.operation}`;
    const service = services[site.service];
    const handler = service?.[site.operation];
    if (service === undefined || typeof handler !== "function") missing.add(name);
    else if (site.compute === true) handlers.set(name, (args) => handler.apply(service, args as unknown[]) as unknown);
    else handlers.set(name, (input, ctx) => handler.call(service, input, ctx) as unknown);
  }
  if (missing.size > 0) {
    throw new SagaError(
      "RT1012",
      `saga ${definition.saga} version ${definition.version} has no handler for ${[...missing].join(", ")}: ${help}`,
    );
  }
  return handlers;
}

/** Those that are given, and their other versions. */
export function withOtherVersions(implementations: readonly Implementation[]): readonly Implementation[] {
  return implementations.flatMap((one) => [one, ...one.otherVersions]);
}

/** By name; refuses a saga that is there twice (`RT1007`), and one whose called sagas are not there (`RT1013`). */
export function registryOf(implementations: readonly Implementation[]): Registry {
  const registry = new Map<string, Implementation>();
  for (const implementation of implementations) {
    const name = nameOf(implementation.definition);
    if (registry.has(name)) {
      throw new SagaError(
        "RT1007",
        `${name} is given to the worker twice: one implementation a saga and version, or raise \`version\``,
      );
    }
    registry.set(name, implementation);
  }
  for (const { definition, unit, bodies } of implementations) {
    const sites = [unit, ...bodies.values()].flatMap(({ tables }) => Object.values(tables.calls));
    for (const { children } of sites) {
      if (children?.saga == null || registry.has(nameOf(children.saga))) continue;
      throw new SagaError(
        "RT1013",
        `${nameOf(definition)} calls ${nameOf(children.saga)}, which this worker does not serve: give \`startWorker\` an implementation of it too`,
      );
    }
  }
  return registry;
}

/** `PlaceOrder@1`. */
export function nameOf({ saga, version }: { readonly saga: string; readonly version: number }): string {
  return `${saga}@${version}`;
}
