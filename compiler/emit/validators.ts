import type { Plan, PlanField, PlanType, PlanTypeDecl, ScalarName } from "../plan/plan.ts";
import { stepsOf } from "../plan/units.ts";
import { propertyKey, stringLiteral } from "./lib/escape.ts";
import { header } from "./lib/header.ts";
import { braces, brackets, type Item, type Layout, render } from "./lib/layout.ts";
import { moduleFile, moduleSpecifier, type TypeNames, typeNames } from "./lib/names.ts";
import { isOptional, withoutOptional } from "./lib/type-text.ts";
import { docLines, Writer } from "./lib/writer.ts";
import type { EmitOptions, Target } from "./target.ts";

/**
 * `<saga>.validators.ts`: zod schemas of all that comes from outside: the saga's input, the steps' outputs, the errors' data, the
 * payloads of signals, what computes answer.
 * Each is annotated with its type, so that tsc proves that types and schemas agree. Unknown keys are dropped, not refused.
 */
export const validatorsTarget: Target = {
  name: "validators",
  emit(plan, options) {
    const text = header(plan, options, `Validators of the saga ${plan.saga}.`) + body(plan, options);
    return [{ path: moduleFile(plan.saga, "validators"), text }];
  },
};

function body(plan: Plan, options: EmitOptions): string {
  const names = typeNames(plan);
  const out = new Writer();
  out.line('import { z } from "zod";');
  out.line(`import type * as types from ${moduleSpecifier(plan.saga, "types", options)};`).line();

  const declared = new Set<string>();
  const schemas: SchemaContext = { plan, names, declared };
  for (const name of dependencyOrder(plan)) {
    const type = plan.types.find((candidate) => candidate.name === name);
    if (type === undefined) continue;
    if (type.from === null) declare(out, names.named(name), schema(type.type, schemas), type.doc);
    else declareImported(out, type, schemas);
    declared.add(name);
  }
  declare(out, names.saga.input, objectSchema(plan.input, schemas));
  if (plan.output !== null) declare(out, names.saga.output, objectSchema(plan.output.type, schemas));
  for (const type of names.operationTypes) {
    if (type.direction === "output") declare(out, type.name, objectSchema(type.fields, schemas));
  }
  const silent = stepsOf(plan).some((step) => step.output.length === 0);
  if (silent) {
    out.doc("The answer of a step without an output clause: whatever it is, it is dropped.");
    out.line("const nothing: z.ZodType<null> = z.unknown().transform(() => null);").line();
  }
  out.doc("All that the engine checks, by the names of the saga.");
  out.line(`export const validators = ${render(tables(plan, names, schemas), out.room)};`);
  return out.toString();
}

interface SchemaContext {
  readonly plan: Plan;
  readonly names: TypeNames;
  /** Named types whose schema stands above; others are reached lazily. */
  readonly declared: ReadonlySet<string>;
}

function declare(out: Writer, type: string, schema: Layout, doc: string | null = null): void {
  out
    .doc(doc)
    .line(render([`export const ${schemaName(type)}: z.ZodType<types.${type}> = `, schema, ";"], out.room))
    .line();
}

/**
 * A type of TypeScript may write what is absent in its own way; the types file proves that the two are otherwise the same, so the schema is
 * held against the type as it was when this was built.
 */
function declareImported(out: Writer, { name, type }: PlanTypeDecl, context: SchemaContext): void {
  const own = context.names.named(name);
  const checked: Layout = [
    " satisfies z.ZodType<types.",
    context.names.asBuilt(name),
    "> as z.ZodType<unknown> as z.ZodType<types.",
    own,
    ">",
  ];
  out
    .line(render([`export const ${schemaName(own)}: z.ZodType<types.${own}> = `, schema(type, context), checked, ";"], out.room))
    .line();
}

/** No type's name ends so twice: two names stay two. */
function schemaName(type: string): string {
  return `${type}Schema`;
}

function tables(plan: Plan, names: TypeNames, schemas: SchemaContext): Layout {
  const outputs = stepsOf(plan).map((step): Item => {
    const type = names.outputOf(step);
    return entry(step.name, type === null ? "nothing" : schemaName(type));
  });
  const carried = (
    type: string,
    members: readonly { readonly name: string; readonly doc: string | null; readonly fields: readonly PlanField[] }[],
  ): Layout =>
    braces(
      members.map(({ name, doc, fields }): Item => {
        const proof = ` satisfies z.ZodType<types.${type}[${stringLiteral(name)}]>`;
        return { doc: docLines(doc), layout: [propertyKey(name), ": ", objectSchema(fields, schemas), proof] };
      }),
      ",",
      true,
    );
  const computes = plan.computes.map(({ name, result }): Item => {
    const proof = ` satisfies z.ZodType<ReturnType<types.${names.saga.computes}[${stringLiteral(name)}]>>`;
    return { doc: [], layout: [propertyKey(name), ": ", schema(result, schemas), proof] };
  });
  return braces(
    [
      entry("input", schemaName(names.saga.input)),
      entry("output", plan.output === null ? "null" : schemaName(names.saga.output)),
      entry("outputs", braces(outputs, ",", true)),
      entry("errors", carried(names.saga.errors, plan.errors)),
      ...(plan.signals.length === 0 ? [] : [entry("signals", carried(names.saga.signals, plan.signals))]),
      ...(plan.computes.length === 0 ? [] : [entry("computes", braces(computes, ",", true))]),
    ],
    ",",
    true,
  );
}

function entry(name: string, layout: Layout): Item {
  return { doc: [], layout: [propertyKey(name), ": ", layout] };
}

// ---- schemas

function schema(type: PlanType, context: SchemaContext): Layout {
  switch (type.kind) {
    case "scalar":
      return SCALARS[type.name];
    case "literals":
      return brackets("z.enum([", type.values.map(stringLiteral), "])");
    case "array":
      return ["z.array(", schema(type.element, context), ")"];
    case "optional":
      return [schema(withoutOptional(type, context.plan), context), ".nullable()"];
    case "record":
      return ["z.record(z.string(), ", schema(type.value, context), ")"];
    case "object":
      return objectSchema(type.fields, context);
    case "named": {
      const name = schemaName(context.names.named(type.name));
      return context.declared.has(type.name) ? name : `z.lazy(() => ${name})`;
    }
  }
}

function objectSchema(fields: readonly PlanField[], context: SchemaContext): Layout {
  const items = fields.map((field): Item => {
    const optional = isOptional(field.type, context.plan);
    const inner = schema(optional ? withoutOptional(field.type, context.plan) : field.type, context);
    return { doc: [], layout: [propertyKey(field.name), ": ", inner, ...(optional ? [".nullish()"] : [])] };
  });
  return ["z.object(", braces(items, ","), ")"];
}

/** Named types, each after those that it uses, as far as they are not recursive. */
function dependencyOrder(plan: Plan): string[] {
  const types = new Map(plan.types.map((type) => [type.name, type.type]));
  const order = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string): void => {
    const type = types.get(name);
    if (type === undefined || order.has(name) || open.has(name)) return;
    open.add(name);
    for (const used of usedNames(type)) visit(used);
    order.add(name);
  };
  for (const name of types.keys()) visit(name);
  return [...order];
}

function usedNames(type: PlanType): string[] {
  switch (type.kind) {
    case "named":
      return [type.name];
    case "array":
      return usedNames(type.element);
    case "optional":
      return usedNames(type.type);
    case "record":
      return usedNames(type.value);
    case "object":
      return type.fields.flatMap((field) => usedNames(field.type));
    case "scalar":
    case "literals":
      return [];
  }
}

const SCALARS: Readonly<Record<ScalarName, string>> = {
  string: "z.string()",
  boolean: "z.boolean()",
  int: "z.int()",
  number: "z.number()",
  uuid: "z.uuid()",
  datetime: "z.iso.datetime({ offset: true })",
  date: "z.iso.date()",
  duration: "z.int().nonnegative()",
  json: "z.json()",
};
