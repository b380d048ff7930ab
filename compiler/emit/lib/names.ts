import { CompilerBug } from "../../bug.ts";
import type { Plan, PlanCall, PlanField, PlanStep, PlanType } from "../../plan/plan.ts";
import { type ChildNode, childrenOf, stepsOf } from "../../plan/units.ts";
import type { EmitOptions } from "../target.ts";
import { identifier, importSpecifier, isReservedWord, stringLiteral } from "./escape.ts";

/** What a machine and its data are called: of a saga, or of a block of it that runs as instances of its own. */
export interface UnitNames {
  /** `place-order`; of a body `place-order.reservations`: what the names of its files begin with. */
  readonly stem: string;
  /** `placeOrderMachine`, `placeOrderReservationsMachine` */
  readonly machine: string;
  /** `PlaceOrderInput`, `PlaceOrderReservationsInput` … */
  readonly input: string;
  readonly output: string;
  readonly context: string;
}

/** What a saga is called in files, as a value and as a type. Where there is a plan, take `typeNames(plan).saga`: it avoids the plan's own names. */
export interface SagaNames extends UnitNames {
  /** `placeOrder` */
  readonly variable: string;
  readonly errors: string;
  readonly signals: string;
  readonly computes: string;
  readonly steps: string;
}

export function sagaNames(saga: string): SagaNames {
  const camel = camelCase(saga);
  const pascal = pascalCase(saga);
  return {
    stem: fileStem(saga),
    variable: identifier(isReservedWord(camel) || TABLES.has(camel) ? `${camel}Saga` : camel),
    machine: identifier(`${camel}Machine`),
    input: identifier(`${pascal}Input`),
    output: identifier(`${pascal}Output`),
    errors: identifier(`${pascal}Errors`),
    signals: identifier(`${pascal}Signals`),
    computes: identifier(`${pascal}Computes`),
    steps: identifier(`${pascal}Steps`),
    context: identifier(`${pascal}Context`),
  };
}

/** What the definition's module has beside the definition. */
const TABLES: ReadonlySet<string> = new Set(["calls", "delays", "effects", "instants", "tags", "validators", "waits"]);

/** Roles of generated modules; `steps` stands beside the source, the others in the generated folder. */
export type ModuleRole = "types" | "machine" | "machine.test" | "validators" | "saga" | "steps";

/** `place-order.types.ts` */
export function moduleFile(saga: string, role: ModuleRole): string {
  return `${fileStem(saga)}.${role}.ts`;
}

/** The quoted specifier of a module in the same folder: `"./place-order.types.ts"`, by the options' extension. */
export function moduleSpecifier(saga: string, role: ModuleRole, options: EmitOptions, folder = "."): string {
  return importSpecifier(`${folder}/${fileStem(saga)}.${role}${options.importExtension}`);
}

/** `place-order.machine.ts`, `place-order.reservations.machine.ts` */
export function machineFile({ stem }: UnitNames): string {
  return `${stem}.machine.ts`;
}

/** The quoted specifier of that file for a module in the same folder. */
export function machineSpecifier({ stem }: UnitNames, options: Pick<EmitOptions, "importExtension">): string {
  return importSpecifier(`./${stem}.machine${options.importExtension}`);
}

/**
 * Names of the types of `<saga>.types.ts`, its bodies' included. Those of the source come first; one of ours that would be the same gets the
 * service in front, then a number behind. Operations of one name share their types where these are equal.
 */
export interface TypeNames {
  readonly saga: SagaNames;
  /** Of a body by its id (`$foreach1`); `null`: the saga itself. */
  unit(body: string | null): UnitNames;
  /** A name of `Plan.types` as TypeScript knows it. */
  named(name: string): string;
  /** The alias for JSON values. */
  readonly json: string;
  /** The input type of a call. */
  inputOf(call: PlanCall): string;
  /** The output type of a step; `null`: the step declares none. */
  outputOf(step: PlanStep): string | null;
  /** Every input and output type of the steps' operations once, in source order. */
  readonly operationTypes: readonly OperationType[];
  /** What one instance of a foreach, repeat or call is given; by the node's name. */
  childInput(name: string): string;
  /** What such a node brings, as its record keeps it; `null`: nothing reads it. */
  childOutput(name: string): string | null;
  /** The list of arguments that a compute is called with. */
  computeArguments(name: string): string;
  computeResult(name: string): string;
  /** What a type of TypeScript was when this was built; for those of `Plan.types` that are imported. */
  asBuilt(name: string): string;
  /** The check that these still are what they were, and its helpers. */
  readonly agreement: { readonly check: string; readonly fits: string; readonly plain: string };
}

export interface OperationType {
  readonly name: string;
  readonly fields: readonly PlanField[];
  /** `orders.createOrder`: for the comment. All that use it. */
  readonly operations: readonly string[];
  readonly direction: "input" | "output";
}

export function typeNames(plan: Plan): TypeNames {
  const known = NAMES.get(plan);
  if (known !== undefined) return known;
  const names = nameTypes(plan);
  NAMES.set(plan, names);
  return names;
}

/** Every file of a saga asks for them, and a plan never changes. */
const NAMES = new WeakMap<Plan, TypeNames>();

function nameTypes(plan: Plan): TypeNames {
  const names = new NameTable();
  const named = new Map(plan.types.map((type) => [type.name, names.claim(typeIdentifier(type.name))]));
  const own = sagaNames(plan.saga);
  const saga: SagaNames = {
    ...own,
    input: names.claim(own.input),
    output: names.claim(own.output),
    errors: names.claim(own.errors),
    signals: names.claim(own.signals),
    computes: names.claim(own.computes),
    steps: names.claim(own.steps),
    context: names.claim(own.context),
  };
  const json = names.claim("Json");
  const asBuilt = new Map(
    plan.types.flatMap((type) => {
      return type.from === null ? [] : [[type.name, names.claim(identifier(`${pascalCase(type.name)}AsBuilt`))] as const];
    }),
  );
  const agreement = {
    check: names.claim(identifier(`${pascalCase(plan.saga)}Imports`)),
    fits: names.claim("Fits"),
    plain: names.claim("Plain"),
  };
  const units = bodyNames(plan, saga, names);
  const children = childNames(plan, units, names);
  const types = operationTypes(plan, names);
  const nameOf = (direction: OperationType["direction"], call: PlanCall, fields: readonly PlanField[]): string => {
    return need(types, typeKey(direction, call, fields), `${direction} type of ${call.service}.${call.operation}`).name;
  };
  const compute = (name: string): string => `${saga.computes}[${stringLiteral(name)}]`;
  return {
    saga,
    unit: (body) => (body === null ? saga : need(units, body, `body ${body}`)),
    named: (name) => named.get(name) ?? typeIdentifier(name),
    json,
    inputOf: (call) => nameOf("input", call, call.inputType),
    outputOf: (step) => (step.output.length === 0 ? null : nameOf("output", step.call, step.output)),
    operationTypes: [...new Set(types.values())],
    childInput: (name) => need(children, name, `child ${name}`).input,
    childOutput: (name) => need(children, name, `child ${name}`).output,
    computeArguments: (name) => `Parameters<${compute(name)}>`,
    computeResult: (name) => `ReturnType<${compute(name)}>`,
    asBuilt: (name) => need(asBuilt, name, `imported type ${name}`),
    agreement,
  };
}

function need<Value>(map: ReadonlyMap<string, Value>, key: string, what: string): Value {
  const found = map.get(key);
  if (found === undefined) throw new CompilerBug(`no ${what}`);
  return found;
}

/** By the body's id. Two names that differ in their spelling alone get different files, also where file systems know no case. */
function bodyNames(plan: Plan, saga: SagaNames, types: NameTable): Map<string, UnitNames> {
  const stems = new NameTable();
  const values = new NameTable();
  const { saga: prefix } = plan;
  return new Map(
    plan.bodies.map((body) => {
      const pascal = pascalCase(prefix) + pascalCase(body.name);
      const names: UnitNames = {
        stem: `${saga.stem}.${stems.claim(kebabCase(body.name))}`,
        machine: values.claim(identifier(`${camelCase(prefix)}${pascalCase(body.name)}Machine`)),
        input: types.claim(identifier(`${pascal}Input`)),
        output: types.claim(identifier(`${pascal}Output`)),
        context: types.claim(identifier(`${pascal}Context`)),
      };
      return [body.id, names];
    }),
  );
}

interface ChildNames {
  readonly input: string;
  readonly output: string | null;
}

/** By the node's name. What a body is given has a name already; what a saga is called with gets one. */
function childNames(plan: Plan, units: ReadonlyMap<string, UnitNames>, types: NameTable): Map<string, ChildNames> {
  const named = (child: ChildNode, suffix: string): string =>
    types.claim(identifier(`${pascalCase(plan.saga)}${pascalCase(child.name)}${suffix}`));
  return new Map(
    childrenOf(plan).map((child) => {
      const input = child.kind === "call" ? named(child, "Input") : need(units, child.id, `body ${child.id}`).input;
      return [child.name, { input, output: child.outputLive ? named(child, "Result") : null }];
    }),
  );
}

// ---- spelling

/** `PlaceOrder`, `HTTPServer2` -> `place-order`, `http-server2`. */
export function kebabCase(name: string): string {
  return words(name).join("-").toLowerCase();
}

/** `PlaceOrder`, `HTTPServer` -> `placeOrder`, `httpServer`. */
export function camelCase(name: string): string {
  const [first = "", ...rest] = words(name);
  return startable(first.toLowerCase() + rest.map(capital).join(""));
}

/** `reserveStock`, `place_order` -> `ReserveStock`, `PlaceOrder`; capitals in a row stay. */
export function pascalCase(name: string): string {
  return startable(words(name).map(capital).join(""));
}

/** `_1` has only a digit left, and no name begins with one. */
function startable(name: string): string {
  return /^\p{N}/u.test(name) ? `_${name}` : name;
}

function words(name: string): string[] {
  const found = name.match(/\p{Lu}+(?![\p{Ll}])[\p{N}]*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{Lt}\p{M}\p{N}]+|\p{N}+/gu);
  return found === null ? [name] : [...found];
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** A file of that name can be made on every system: Windows keeps some for its devices. */
function fileStem(saga: string): string {
  const stem = kebabCase(saga);
  return /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(stem) ? `${stem}-saga` : stem;
}

// ---- types

function typeIdentifier(name: string): string {
  return identifier(isReservedWord(name) || TYPE_OPERATORS.has(name) ? `${name}_` : name);
}

/** Words with which TypeScript begins a type: a name everywhere else. */
const TYPE_OPERATORS: ReadonlySet<string> = new Set(["abstract", "asserts", "infer", "keyof", "readonly", "unique"]);

class NameTable {
  readonly #taken = new Set<string>();

  /** The first of the candidates that is free, else the last with a number behind it. */
  claim(...candidates: readonly [string, ...string[]]): string {
    const free = candidates.find((name) => !this.#taken.has(name));
    const name = free ?? this.#numbered(candidates.at(-1) ?? candidates[0]);
    this.#taken.add(name);
    return name;
  }

  #numbered(name: string): string {
    let number = 2;
    while (this.#taken.has(`${name}${number}`)) number += 1;
    return `${name}${number}`;
  }
}

interface Use {
  readonly direction: OperationType["direction"];
  readonly call: PlanCall;
  readonly fields: readonly PlanField[];
}

/** By `typeKey`; equal types of one operation name are the same entry. */
function operationTypes(plan: Plan, names: NameTable): Map<string, OperationType> {
  const uses = stepsOf(plan).flatMap(usesOf);
  const byShape = new Map<string, { use: Use; keys: string[]; operations: Set<string> }>();
  for (const use of uses) {
    const shape = `${use.direction} ${use.call.operation} ${shapeText(use.fields)}`;
    const entry = byShape.get(shape) ?? { use, keys: [], operations: new Set<string>() };
    entry.keys.push(typeKey(use.direction, use.call, use.fields));
    entry.operations.add(`${use.call.service}.${use.call.operation}`);
    byShape.set(shape, entry);
  }
  const result = new Map<string, OperationType>();
  for (const { use, keys, operations } of byShape.values()) {
    const { service, operation } = use.call;
    const suffix = use.direction === "input" ? "Input" : "Output";
    const name = names.claim(
      identifier(pascalCase(operation) + suffix),
      identifier(pascalCase(service) + pascalCase(operation) + suffix),
    );
    const type: OperationType = { name, fields: use.fields, operations: [...operations], direction: use.direction };
    for (const key of keys) result.set(key, type);
  }
  return result;
}

function usesOf(step: PlanStep): Use[] {
  const calls = [step.call, ...(step.inquire === null ? [] : [step.inquire])];
  if (step.undo.kind === "compensate") calls.push(step.undo.call);
  const inputs = calls.map((call): Use => ({ direction: "input", call, fields: call.inputType }));
  if (step.output.length === 0) return inputs;
  const [first, ...rest] = inputs;
  const output: Use = { direction: "output", call: step.call, fields: step.output };
  return first === undefined ? [output] : [first, output, ...rest];
}

function typeKey(direction: string, call: PlanCall, fields: readonly PlanField[]): string {
  return `${direction} ${call.service}.${call.operation} ${shapeText(fields)}`;
}

/** Kept, as each place that says the type's name asks for it. */
function shapeText(fields: readonly PlanField[]): string {
  const text = SHAPES.get(fields) ?? JSON.stringify(fields.map(shapeOf));
  SHAPES.set(fields, text);
  return text;
}

const SHAPES = new WeakMap<readonly PlanField[], string>();

/** A field without its documentation: what makes two types the same. */
function shapeOf(field: PlanField): unknown {
  return [field.name, field.secret, typeShape(field.type)];
}

function typeShape(type: PlanType): unknown {
  switch (type.kind) {
    case "scalar":
      return type.name;
    case "literals":
      return type.values;
    case "array":
      return ["array", typeShape(type.element)];
    case "optional":
      return ["optional", typeShape(type.type)];
    case "record":
      return ["record", typeShape(type.value)];
    case "object":
      return type.fields.map(shapeOf);
    case "named":
      return ["named", type.name];
  }
}
