import type { Plan } from "../plan/plan.ts";
import { hasLimits, limitsEntry } from "./definition.ts";
import { header } from "./lib/header.ts";
import { moduleFile, sagaNames, typeNames } from "./lib/names.ts";
import { otherVersionImports, otherVersionsEntry, otherVersionsType, specifierIn } from "./lib/other-versions.ts";
import { Writer } from "./lib/writer.ts";
import { planJsonTarget } from "./plan-json.ts";
import type { EmitOptions, EmittedFile, Target } from "./target.ts";

/** `place-order.v1`: the folder of a released version, below the generated one. */
export function releasedFolder(saga: string, version: number): string {
  return `${sagaNames(saga).stem}.v${version}`;
}

/**
 * In place of all that a build makes of a saga whose version is released: files that pass on what stands in the version's own folder. So what
 * runs is what was released, also where a newer sagac would write another machine. Only the limits of services are those of today: they are no
 * part of what is released. `folder`: from the generated folder, `./…`; `files`: what stands in it; `limited`: whether it has limits of its own.
 */
export function releasedTarget(folder: string, files: readonly string[], limited: boolean): Target {
  return {
    name: "released",
    emit(plan, options) {
      const main = moduleFile(plan.saga, "saga");
      const others = files.filter((file) => file.endsWith(".ts") && file !== main).toSorted();
      const passedOn = others.map((path): EmittedFile => {
        const text = `${header(plan, options, `Version ${plan.version} of the saga ${plan.saga}, as released.`)}`;
        return { path, text: `${text}export * from ${specifierIn(folder, path, options)};\n` };
      });
      return [
        ...passedOn,
        { path: main, text: definition(plan, options, folder, limited) },
        ...planJsonTarget.emit(plan, options),
      ];
    },
  };
}

function definition(plan: Plan, options: EmitOptions, folder: string, wasLimited: boolean): string {
  const { saga: names } = typeNames(plan);
  const from = specifierIn(folder, moduleFile(plan.saga, "saga"), options);
  const head = header(plan, options, `The saga ${plan.saga}: its definition and the type of its handlers, as released.`);
  const others = otherVersionsType(names, options);
  const limited = wasLimited || hasLimits(plan);
  if (others === null && !limited) return `${head}export * from ${from};\n`;
  const { variable, input, output, steps, signals } = names;
  const types = [input, output, steps, ...(plan.signals.length > 0 ? [signals] : [])];
  const out = new Writer();
  out.line(`import type { SagaDefinition } from "@sagac/runtime";`);
  out.line(`import { ${[`${variable} as released`, ...types.map((type) => `type ${type}`)].join(", ")} } from ${from};`);
  for (const line of otherVersionImports(names, plan.saga, options)) out.line(line);
  out.line().line(`export type * from ${from};`).line();
  out.doc(plan.doc, `Version ${plan.version} of the saga ${plan.saga}, for \`implement\`, \`startWorker\` and \`createClient\`.`);
  const all = others === null ? types : [...types, ...(plan.signals.length > 0 ? [] : ["unknown"]), others];
  const versions = otherVersionsEntry(names, options);
  out.block(
    `export const ${variable}: SagaDefinition<${all.join(", ")}> = {`,
    () => {
      out.line("...released,");
      if (limited) out.line(limitsEntry(plan, out.room));
      if (versions !== null) out.line(versions);
    },
    "};",
  );
  return `${head}${out}`;
}
