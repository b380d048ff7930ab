import type { Plan, PlanLimits } from "../plan/plan.ts";
import { numberLiteral, propertyKey, stringLiteral } from "./lib/escape.ts";
import { type HandlerSite, handlerNote, handlerSites } from "./lib/handlers.ts";
import { header } from "./lib/header.ts";
import { braces, brackets, type Item, type Layout, render } from "./lib/layout.ts";
import { machineSpecifier, moduleFile, moduleSpecifier, type TypeNames, typeNames } from "./lib/names.ts";
import { otherVersionImports, otherVersionsEntry, otherVersionsType } from "./lib/other-versions.ts";
import { secretsOf } from "./lib/secrets.ts";
import { Writer } from "./lib/writer.ts";
import { entry, object } from "./machine/config.ts";
import { EXPRESSION_HELPERS, type ExpressionHelper } from "./machine/expression-helpers.ts";
import { expression, readsContext } from "./machine/expressions.ts";
import { machineModel } from "./machine/model.ts";
import { createVocabulary, NO_FACTS, type Word } from "./machine/vocabulary.ts";
import { machineTables } from "./machine.ts";
import type { EmitOptions, Target } from "./target.ts";

/**
 * `<saga>.saga.ts`: the definition that an engine runs, and the type of the handlers that it asks for. A file of its own, so
 * that the machine needs neither zod nor the runtime.
 */
export const definitionTarget: Target = {
  name: "definition",
  emit(plan, options) {
    const text =
      header(plan, options, `The saga ${plan.saga}: its definition and the type of its handlers.`) + body(plan, options);
    return [{ path: moduleFile(plan.saga, "saga"), text }];
  },
};

function body(plan: Plan, options: EmitOptions): string {
  const names = typeNames(plan);
  const services = handlerSites(plan, names);
  const handlers = services.flatMap((service) => service.handlers);
  const out = new Writer();
  const tables = machineTables(plan, plan);
  imports(out, plan, options, names, handlers, tables);

  out.doc(`Handlers of the saga ${plan.saga}: one for each operation that it calls, by service.`);
  out.block(
    `export interface ${names.saga.steps} {`,
    () => {
      for (const { service, handlers: operations } of services) {
        out.doc(plan.services.find((known) => known.name === service)?.doc ?? null);
        out.block(
          `readonly ${propertyKey(service)}: {`,
          () => {
            for (const handler of operations) {
              out.doc(handler.doc, handlerNote(handler)).line(`readonly ${propertyKey(handler.operation)}: ${handler.type};`);
            }
          },
          "};",
        );
      }
    },
    "}",
  );
  out.line();
  definition(out, plan, options, names, tables);
  return out.toString();
}

function imports(
  out: Writer,
  plan: Plan,
  options: EmitOptions,
  names: TypeNames,
  handlers: readonly HandlerSite[],
  tables: readonly string[],
): void {
  const kinds = new Set(handlers.map((handler) => handler.kind));
  const runtime = [
    ...(kinds.has("forward") ? ["Handler"] : []),
    ...(kinds.has("inquire") ? ["InquiryHandler"] : []),
    "SagaDefinition",
    ...(kinds.has("undo") ? ["UndoHandler"] : []),
  ];
  out.line(`import type { ${runtime.join(", ")} } from "@sagac/runtime";`);
  const values = [...tables.toSorted(), names.saga.machine].map((name): Item => ({ doc: [], layout: name }));
  out.line(render(["import ", braces(values, ","), ` from ${machineSpecifier(names.saga, options)};`], out.room));
  for (const { id } of plan.bodies) {
    out.line(`import * as ${moduleName(id, names)} from ${machineSpecifier(names.unit(id), options)};`);
  }
  const operations = names.operationTypes.map((type) => type.name);
  const errors = handlers.some((handler) => handler.errors.length > 0) ? [names.saga.errors] : [];
  const signals = plan.signals.length === 0 ? [] : [names.saga.signals];
  const computes = plan.computes.length === 0 ? [] : [names.saga.computes];
  const types = [...operations, ...errors, ...signals, ...computes, names.saga.input, names.saga.output];
  const specifier = moduleSpecifier(plan.saga, "types", options);
  out.block("import type {", () => types.sort().map((type) => out.line(`${type},`)), `} from ${specifier};`);
  out.line(`import { validators } from ${moduleSpecifier(plan.saga, "validators", options)};`);
  for (const line of otherVersionImports(names.saga, plan.saga, options)) out.line(line);
  out.line();
  out.line(`export type * from ${specifier};`).line();
}

function definition(out: Writer, plan: Plan, options: EmitOptions, names: TypeNames, tables: readonly string[]): void {
  const { variable, input, output, steps, signals, machine } = names.saga;
  const others = otherVersionsType(names.saga, options);
  const declared = plan.signals.length === 0 ? [] : [signals];
  const types = [
    input,
    output,
    steps,
    ...(others === null ? declared : [plan.signals.length === 0 ? "unknown" : signals, others]),
  ];
  const secrets = secretsOf(plan);
  out.doc(plan.doc, `Version ${plan.version} of the saga ${plan.saga}, for \`implement\`, \`startWorker\` and \`createClient\`.`);
  out.block(
    `export const ${variable}: SagaDefinition<${types.join(", ")}> = {`,
    () => {
      out.line("format: 1,");
      out.line(`saga: ${stringLiteral(plan.saga)},`);
      out.line(`version: ${numberLiteral(plan.version)},`);
      out.line(`planHash: ${stringLiteral(options.planHash)},`);
      out.line(`machine: ${machine},`);
      out.line(`timeoutMs: ${typeof plan.timeoutMs === "number" ? numberLiteral(plan.timeoutMs) : "null"},`);
      for (const table of tables) out.line(`${table},`);
      out.line("validators,");
      if (hasLimits(plan)) out.line(limitsEntry(plan, out.room));
      if (plan.bodies.length > 0) out.line(`bodies: ${render(bodiesText(plan, names), out.room)},`);
      if (plan.tags.length > 0) out.line("tags,");
      const versions = otherVersionsEntry(names.saga, options);
      if (versions !== null) out.line(versions);
      if (secrets !== null) out.line(`secrets: ${render(tableText(secrets), out.room)},`);
    },
    "};",
  );
  if (plan.tags.length > 0) writeTags(out.line(), plan, names);
}

/** Whether a service of the plan takes only so much from each worker. */
export function hasLimits({ services }: Pick<Plan, "services">): boolean {
  return services.some(({ limits }) => limits !== undefined);
}

/** `limits: { till: { max: 2 } },`, also where there are none. `room`: columns that a line has. */
export function limitsEntry({ services }: Plan, room: number): string {
  const limits = services.flatMap(({ name, limits: its }) => (its === undefined ? [] : [[name, its] as const]));
  return `limits: ${render(limitsText(limits), room)},`;
}

function limitsText(limits: readonly (readonly [service: string, limits: PlanLimits])[]): Layout {
  return object(
    ...limits.map(([service, { max, rate }]) => {
      const atOnce = max === undefined ? [] : [entry("max", numberLiteral(max))];
      const inTime = rate === undefined ? [] : [entry("rate", rateText(rate))];
      return entry(service, object(...atOnce, ...inTime));
    }),
  );
}

function rateText({ calls, perMs }: NonNullable<PlanLimits["rate"]>): Layout {
  return object(entry("calls", numberLiteral(calls)), entry("perMs", numberLiteral(perMs)));
}

/** The machines of the blocks that run as instances of their own. */
function bodiesText(plan: Plan, names: TypeNames): Layout {
  return object(
    ...plan.bodies.map((body) => {
      const module = moduleName(body.id, names);
      const tables = machineTables(plan, body).map((table) => entry(table, `${module}.${table}`));
      return entry(body.id, object(entry("machine", `${module}.${names.unit(body.id).machine}`), ...tables));
    }),
  );
}

/** What a body's module is called where it is imported: no name of ours ends so. */
function moduleName(body: string, names: TypeNames): string {
  return `${names.unit(body).machine}Module`;
}

/** Written above the definition it would be in the way; a function's declaration is there from the start. */
function writeTags(out: Writer, plan: Plan, names: TypeNames): void {
  const words = createVocabulary();
  const model = machineModel(plan);
  const value = object(...plan.tags.map(({ name, value: tag }) => entry(name, expression(tag, model, words))));
  out.doc("What operators search by.");
  out.block(
    `function tags(input: ${names.saga.input}) {`,
    () => {
      if (plan.tags.some(({ value: tag }) => readsContext(tag))) out.line("const context = { input };");
      out.line(render(["return ", value, ";"], out.room));
    },
    "}",
  );
  for (const name of Object.keys(EXPRESSION_HELPERS) as ExpressionHelper[]) {
    const helper: Word = EXPRESSION_HELPERS[name];
    const facts = { ...NO_FACTS, context: names.saga.context };
    if (words.usesHelper(name)) out.line().doc(helper.doc).line(helper.code(facts));
  }
}

/** JSON as code. */
function tableText(value: unknown): Layout {
  if (Array.isArray(value)) return brackets("[", value.map(tableText), "]");
  if (typeof value !== "object" || value === null) return stringLiteral(String(value));
  const items = Object.entries(value).map(
    ([name, part]): Item => ({ doc: [], layout: [propertyKey(name), ": ", tableText(part)] }),
  );
  return braces(items, ",");
}
