import type { Plan, PlanCall, PlanField, PlanStep, PlanType } from "../../plan/plan.ts";
import type { EmitOptions } from "../target.ts";
import { identifier, importSpecifier, isReservedWord } from "./escape.ts";

/** What a saga is called in files, as a value and as a type. Where there is a plan, take `typeNames(plan).saga`: it avoids the plan's own names. */
export interface SagaNames {
  /** `place-order` */
  readonly stem: string;
  /** `placeOrder` */
  readonly variable: string;
  /** `placeOrderMachine` */
  readonly machine: string;
  /** `PlaceOrderInput` … */
  readonly input: string;
  readonly output: string;
  readonly errors: string;
  readonly steps: string;
  readonly context: string;
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
    steps: identifier(`${pascal}Steps`),
    context: identifier(`${pascal}Context`),
  };
}

/** What the machine's module exports beside the machine. */
const TABLES: ReadonlySet<string> = new Set(["calls", "delays", "effects", "validators"]);

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

/**
 * Names of the types of `<saga>.types.ts`. Those of the source come first; one of ours that would be the same gets the
 * service in front, then a number behind. Operations of one name share their types where these are equal.
 */
export interface TypeNames {
  readonly saga: SagaNames;
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
}

export interface OperationType {
  readonly name: string;
  readonly fields: readonly PlanField[];
  /** `orders.createOrder`: for the comment. All that use it. */
  readonly operations: readonly string[];
  readonly direction: "input" | "output";
}

export function typeNames(plan: Plan): TypeNames {
  const names = new NameTable();
  const named = new Map(plan.types.map((type) => [type.name, names.claim(typeIdentifier(type.name))]));
  const own = sagaNames(plan.saga);
  const saga: SagaNames = {
    ...own,
    input: names.claim(own.input),
    output: names.claim(own.output),
    errors: names.claim(own.errors),
    steps: names.claim(own.steps),
    context: names.claim(own.context),
  };
  const json = names.claim("Json");
  const types = operationTypes(plan, names);
  const nameOf = (direction: OperationType["direction"], call: PlanCall, fields: readonly PlanField[]): string => {
    const found = types.get(typeKey(direction, call, fields));
    if (found === undefined) throw new TypeError(`no ${direction} type of ${call.service}.${call.operation}`);
    return found.name;
  };
  return {
    saga,
    named: (name) => named.get(name) ?? typeIdentifier(name),
    json,
    inputOf: (call) => nameOf("input", call, call.inputType),
    outputOf: (step) => (step.output.length === 0 ? null : nameOf("output", step.call, step.output)),
    operationTypes: [...new Set(types.values())],
  };
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
  return identifier(isReservedWord(name) ? `${name}_` : name);
}

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
  const uses = plan.steps.flatMap(usesOf);
  const byShape = new Map<string, { use: Use; keys: string[]; operations: Set<string> }>();
  for (const use of uses) {
    const shape = `${use.direction} ${use.call.operation} ${JSON.stringify(use.fields.map(shapeOf))}`;
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
  return `${direction} ${call.service}.${call.operation} ${JSON.stringify(fields.map(shapeOf))}`;
}

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
