import type { Plan } from "../plan/plan.ts";
import { numberLiteral, propertyKey, stringLiteral } from "./lib/escape.ts";
import { type HandlerSite, handlerNote, handlerSites } from "./lib/handlers.ts";
import { header } from "./lib/header.ts";
import { braces, brackets, type Item, type Layout, render } from "./lib/layout.ts";
import { machineSpecifier, moduleFile, moduleSpecifier, type TypeNames, typeNames } from "./lib/names.ts";
import { secretsOf } from "./lib/secrets.ts";
import { Writer } from "./lib/writer.ts";
import { entry, object } from "./machine/config.ts";
import { EXPRESSION_HELPERS, type ExpressionHelper } from "./machine/expression-helpers.ts";
import { expression, readsContext } from "./machine/expressions.ts";
import { machineModel } from "./machine/model.ts";
import { createVocabulary, NO_FACTS, type Word } from "./machine/vocabulary.ts";
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
  imports(out, plan, options, names, handlers);

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
  definition(out, plan, options, names);
  return out.toString();
}

function imports(out: Writer, plan: Plan, options: EmitOptions, names: TypeNames, handlers: readonly HandlerSite[]): void {
  const kinds = new Set(handlers.map((handler) => handler.kind));
  const runtime = [
    ...(kinds.has("forward") ? ["Handler"] : []),
    ...(kinds.has("inquire") ? ["InquiryHandler"] : []),
    "SagaDefinition",
    ...(kinds.has("undo") ? ["UndoHandler"] : []),
  ];
  out.line(`import type { ${runtime.join(", ")} } from "@sagac/runtime";`);
  out.line(`import { calls, delays, effects, ${names.saga.machine} } from ${machineSpecifier(names.saga, options)};`);
  const operations = names.operationTypes.map((type) => type.name);
  const errors = handlers.some((handler) => handler.errors.length > 0) ? [names.saga.errors] : [];
  const signals = plan.signals.length === 0 ? [] : [names.saga.signals];
  const computes = plan.computes.length === 0 ? [] : [names.saga.computes];
  const types = [...operations, ...errors, ...signals, ...computes, names.saga.input, names.saga.output];
  const specifier = moduleSpecifier(plan.saga, "types", options);
  out.block("import type {", () => types.sort().map((type) => out.line(`${type},`)), `} from ${specifier};`);
  out.line(`import { validators } from ${moduleSpecifier(plan.saga, "validators", options)};`).line();
  out.line(`export type * from ${specifier};`).line();
}

function definition(out: Writer, plan: Plan, options: EmitOptions, names: TypeNames): void {
  const { variable, input, output, steps, signals, machine } = names.saga;
  const types = [input, output, steps, ...(plan.signals.length === 0 ? [] : [signals])];
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
      out.line(`timeoutMs: ${numberLiteral(plan.timeoutMs ?? 0)},`);
      out.line("calls,").line("effects,").line("delays,").line("validators,");
      if (plan.tags.length > 0) out.line("tags,");
      if (secrets !== null) out.line(`secrets: ${render(tableText(secrets), out.room)},`);
    },
    "};",
  );
  if (plan.tags.length > 0) writeTags(out.line(), plan, names);
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
