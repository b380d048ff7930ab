import type { Plan, PlanField } from "../plan/plan.ts";
import { stepsOf } from "../plan/units.ts";
import { identifier, importSpecifier, lineComment, propertyKey, stringLiteral } from "./lib/escape.ts";
import { type HandlerSite, handlerNote, handlerSites } from "./lib/handlers.ts";
import { typeNames } from "./lib/names.ts";
import { INDENT, Writer } from "./lib/writer.ts";
import type { EmitOptions } from "./target.ts";

/**
 * The text of a new `<saga>.steps.ts`. It is written once and the user's own from then on; later builds only insert what is
 * missing (`compiler/merge`). `generatedFolder`: relative to the steps file, `./generated`.
 */
export function newStepsFile(plan: Plan, options: Pick<EmitOptions, "importExtension">, generatedFolder: string): string {
  const names = typeNames(plan);
  const specifier = importSpecifier(`${generatedFolder}/${names.saga.stem}.saga${options.importExtension}`);
  const out = new Writer();
  out.line(`import type { ${names.saga.steps} } from ${specifier};`).line();
  out.line(
    `// The handlers of the saga ${lineComment(plan.saga)}. This file is yours: a build adds what is missing and changes nothing else.`,
  );
  out.block(
    `export const steps: ${names.saga.steps} = {`,
    () => {
      for (const { service, handlers } of handlerSites(plan, names)) {
        out.line(
          serviceText(
            service,
            handlers.map((handler) => stubText(handler, plan)),
            INDENT,
          ),
        );
      }
    },
    "};",
  );
  return out.toString();
}

/** A service's property with its handlers, a comma behind; not indented. `unit`: one level of indentation. */
export function serviceText(service: string, stubs: readonly string[], unit: string): string {
  return [`${propertyKey(service)}: {`, ...stubs.map((stub) => indented(stub, unit)), "},"].join("\n");
}

/** The stub of one handler, a comma behind; not indented. Until it is written it throws, which means 'unknown'. */
export function stubText(handler: HandlerSite, plan: Plan, style: StubStyle = DEFAULT_STYLE): string {
  const name = `${handler.service}.${handler.operation}`;
  const out = new Writer();
  out.doc(handler.doc, handlerNote(handler));
  // Unused parameters begin with an underscore, so that `noUnusedParameters` is content.
  const parameters = style.parameters ? parametersOf(handler, plan) : [];
  const start = handler.kind === "compute" ? "" : "async ";
  out.line(`${start}${propertyKey(handler.operation)}(${parameters.map((name) => identifier(`_${name}`)).join(", ")}) {`);
  for (const hint of hints(handler, plan)) out.line(`${style.indent}// ${lineComment(hint)}`);
  out.line(`${style.indent}throw new Error(${quoted(`${name} is not written yet`, style)})${style.semicolon}`);
  return out.line("},").toString().trimEnd();
}

/** How the user's file is written, so that what is inserted looks at home. */
export interface StubStyle {
  /** One level: `"  "`, `"\t"`. */
  readonly indent: string;
  readonly quote: '"' | "'";
  readonly semicolon: ";" | "";
  /** Whether a type from the context reaches the stub; without one, parameters would be `any`. */
  readonly parameters: boolean;
}

export const DEFAULT_STYLE: StubStyle = { indent: INDENT, quote: '"', semicolon: ";", parameters: true };

function parametersOf({ kind, operation }: HandlerSite, plan: Plan): readonly string[] {
  if (kind !== "compute") return ["input", "ctx"];
  return plan.computes.find(({ name }) => name === operation)?.parameters.map(({ name }) => name) ?? [];
}

function hints(handler: HandlerSite, plan: Plan): string[] {
  switch (handler.kind) {
    case "forward":
      return handler.errors.map((name) => {
        const fields = plan.errors.find((error) => error.name === name)?.fields ?? [];
        return `A refusal: throw ctx.fail(${stringLiteral(name)}, ${record(fields)});`;
      });
    case "undo":
      return ["It may never have happened: then there is nothing to undo, and that is fine."];
    case "inquire": {
      const output = stepsOf(plan).find((step) => step.name === handler.steps[0])?.output ?? [];
      const happened = `{ status: "happened", output: ${output.length === 0 ? "null" : record(output)} }`;
      return [`Changes nothing. Answers ${happened},`, '{ status: "didNotHappen" } or { status: "unknown" }.'];
    }
    case "compute":
      return [];
  }
}

function record(fields: readonly PlanField[]): string {
  return fields.length === 0 ? "{}" : `{ ${fields.map((field) => propertyKey(field.name)).join(", ")} }`;
}

function quoted(text: string, style: StubStyle): string {
  const literal = stringLiteral(text);
  return style.quote === '"' ? literal : `'${literal.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function indented(text: string, unit: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : unit + line))
    .join("\n");
}
