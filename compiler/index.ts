/** The compiler as a library: sources in, plans and files out. The command line is `cli/main.ts`. */

export { type ConfigTarget, defineConfig, type SagaConfig } from "./config/config.ts";
export { collectDiagnostics, type Report } from "./diagnostics/collect.ts";
export type { Diagnostic, DiagnosticCode, DiagnosticLabel, Fix, Severity } from "./diagnostics/diagnostic.ts";
export { renderJson } from "./diagnostics/render/json.ts";
export { renderText } from "./diagnostics/render/text.ts";
export type { EmitOptions, EmittedFile, ImportExtension, Target } from "./emit/target.ts";
export { emitSaga } from "./emit-saga.ts";
export { type Compilation, type CompiledSaga, compile, type UnbuiltSaga } from "./pipeline.ts";
export { PLAN_SCHEMA, type Plan } from "./plan/plan.ts";
export { diskSources } from "./source/disk.ts";
export { memorySources, type SourceFile, type SourceSet } from "./source/source-set.ts";
export { VERSION } from "./version.ts";
