import type { Plan, PlanComputeDecl, PlanField, PlanType } from "../plan/plan.ts";
import { childrenOf } from "../plan/units.ts";
import { identifier, isReservedWord, propertyKey } from "./lib/escape.ts";
import { header } from "./lib/header.ts";
import { importedSpecifier, importedTypes } from "./lib/imported.ts";
import { braces, brackets, type Item, type Layout, render } from "./lib/layout.ts";
import { moduleFile, type OperationType, type TypeNames, typeNames } from "./lib/names.ts";
import { fieldsText, typeText } from "./lib/type-text.ts";
import { docLines, Writer } from "./lib/writer.ts";
import type { EmitOptions, Target } from "./target.ts";

/**
 * `<saga>.types.ts`: the data of a saga and its bodies as TypeScript types, and nothing else. It imports only the types that the source takes
 * from files of TypeScript.
 */
export const typesTarget: Target = {
  name: "types",
  emit(plan, options) {
    const text = header(plan, options, `Data types of the saga ${plan.saga}.`) + body(plan, options);
    return [{ path: moduleFile(plan.saga, "types"), text }];
  },
};

function body(plan: Plan, options: EmitOptions): string {
  const names = typeNames(plan);
  const out = new Writer();
  const all = declarations(plan, names);
  writeImports(out, plan, names, options);
  for (const { name, layout, doc } of all) {
    out
      .doc(...doc)
      .line(render([`export type ${name} = `, layout, ";"], out.room))
      .line();
  }
  writeAgreements(out, plan, names);
  if (all.some(({ types }) => types.some(hasJson))) {
    const json = names.json;
    out.doc("Any JSON value.");
    out.line(`export type ${json} = string | number | boolean | null | ${json}[] | { [key: string]: ${json} };`);
  }
  return out.toString();
}

/** An alias, not an interface: only these can be given where a record of anything is wanted (a logger's fields, a query's values). */
interface Declaration {
  readonly name: string;
  readonly layout: Layout;
  readonly doc: readonly (string | null)[];
  /** What it is made of. */
  readonly types: readonly PlanType[];
}

function declarations(plan: Plan, names: TypeNames): Declaration[] {
  const ofType = (name: string, type: PlanType, ...doc: (string | null)[]): Declaration => {
    return { name, layout: typeText(type, plan, names), doc, types: [type] };
  };
  const ofFields = (name: string, fields: readonly PlanField[], ...doc: (string | null)[]): Declaration => {
    return ofType(name, { kind: "object", fields }, ...doc);
  };
  const { saga } = names;
  const all = plan.types.map((type) => {
    return ofType(type.from === null ? names.named(type.name) : names.asBuilt(type.name), type.type, ...typeDoc(type));
  });
  all.push(ofFields(saga.input, plan.input, plan.doc, `What the saga ${plan.saga} is started with.`));
  const answers = `What the saga ${plan.saga} answers when it has completed.`;
  if (plan.output !== null) all.push(ofFields(saga.output, plan.output.type, answers));
  else all.push({ name: saga.output, layout: "null", doc: [answers], types: [] });
  for (const unit of plan.bodies) {
    const { input, output } = names.unit(unit.id);
    const one = unit.kind === "item" ? "item" : "round";
    all.push(ofFields(input, unit.input, `What each ${one} of \`${unit.name}\` is given.`));
    if (unit.output !== null) all.push(ofFields(output, unit.output.type, `What each ${one} of \`${unit.name}\` answers.`));
  }
  for (const child of childrenOf(plan)) {
    if (child.kind === "call")
      all.push(ofFields(names.childInput(child.name), child.inputType, `What \`${child.name}\` is called with.`));
    const output = names.childOutput(child.name);
    if (output !== null) all.push(ofType(output, child.output, `What \`${child.name}\` has brought.`));
  }
  for (const type of names.operationTypes) all.push(ofFields(type.name, type.fields, operationNote(type)));
  all.push(mapOf(saga.errors, plan.errors, plan, names, `Declared errors of ${plan.saga}, and the data that each carries.`));
  if (plan.signals.length > 0)
    all.push(mapOf(saga.signals, plan.signals, plan, names, `Signals that ${plan.saga} takes, and what each carries.`));
  if (plan.computes.length > 0) all.push(computesOf(plan, names));
  return all;
}

function typeDoc({ name, from, doc }: Plan["types"][number]): (string | null)[] {
  return from === null ? [doc] : [`What \`${name}\` of ${from} was when this was built.`];
}

function operationNote(type: OperationType): string {
  const operations = type.operations.map((operation) => `\`${operation}\``).join(", ");
  return type.direction === "input" ? `What ${operations} is given.` : `What ${operations} answers.`;
}

function mapOf(
  name: string,
  members: readonly { readonly name: string; readonly doc: string | null; readonly fields: readonly PlanField[] }[],
  plan: Plan,
  names: TypeNames,
  doc: string,
): Declaration {
  const items = members.map((member): Item => {
    return { doc: docLines(member.doc), layout: [propertyKey(member.name), ": ", fieldsText(member.fields, plan, names)] };
  });
  const types = members.flatMap(({ fields }) => fields.map(({ type }) => type));
  return { name, layout: braces(items, ";", true), doc: [doc], types };
}

function computesOf(plan: Plan, names: TypeNames): Declaration {
  const items = plan.computes.map((compute): Item => {
    return { doc: docLines(compute.doc), layout: [propertyKey(compute.name), ": ", functionText(compute, plan, names)] };
  });
  const types = plan.computes.flatMap(({ parameters, result }) => [...parameters.map(({ type }) => type), result]);
  const doc = `Functions that ${plan.saga} computes with: pure, and called once for each place where a saga comes to.`;
  return { name: names.saga.computes, layout: braces(items, ";", true), doc: [doc], types };
}

function functionText({ parameters, result }: PlanComputeDecl, plan: Plan, names: TypeNames): Layout {
  const list = parameters.flatMap(({ name, type }, at): Layout[] => [
    at === 0 ? "" : ", ",
    `${parameterName(name)}: `,
    typeText(type, plan, names),
  ]);
  return ["(", ...list, ") => ", typeText(result, plan, names)];
}

/** A name of the language may be a word that TypeScript keeps. */
export function parameterName(name: string): string {
  return identifier(isReservedWord(name) ? `${name}_` : name);
}

// ---- types of TypeScript

function writeImports(out: Writer, plan: Plan, names: TypeNames, options: EmitOptions): void {
  const files = Map.groupBy(importedTypes(plan), (type) => importedSpecifier(type, plan, options));
  for (const [specifier, types] of files) {
    const list = types.map(({ name }) => (names.named(name) === name ? name : `${name} as ${names.named(name)}`));
    out.line(`import type { ${list.join(", ")} } from ${specifier};`);
  }
  if (files.size === 0) return;
  const all = [...files.values()].flat().map(({ name }) => names.named(name));
  out
    .line()
    .line(`export type { ${all.join(", ")} };`)
    .line();
}

/** Both ways, as an answer of one shape would lose what the other has more. */
function writeAgreements(out: Writer, plan: Plan, names: TypeNames): void {
  const imported = importedTypes(plan);
  if (imported.length === 0) return;
  const { check, fits, plain } = names.agreement;
  const items = imported.flatMap(({ name }): Layout[] => {
    const [own, built] = [`${plain}<${names.named(name)}>`, `${plain}<${names.asBuilt(name)}>`];
    return [`${fits}<${own}, ${built}>`, `${fits}<${built}, ${own}>`];
  });
  out.doc("Compiles only while each imported type is what it was when this was built: if it does not, build again.");
  out.line(render([`export type ${check} = `, brackets("[", items, "]"), ";"], out.room)).line();
  out.line(`type ${fits}<One extends Other, Other> = One;`).line();
  out.doc("With what may be absent in one form, however it is written.");
  out.line(`type ${plain}<T> = T extends readonly (infer Item)[]
  ? ${plain}<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: ${plain}<T[Key]> }
    : T extends undefined
      ? null
      : T;`);
  out.line();
}

function hasJson(type: PlanType): boolean {
  switch (type.kind) {
    case "scalar":
      return type.name === "json";
    case "array":
      return hasJson(type.element);
    case "optional":
      return hasJson(type.type);
    case "record":
      return hasJson(type.value);
    case "object":
      return type.fields.some((field) => hasJson(field.type));
    case "literals":
    case "named":
      return false;
  }
}
