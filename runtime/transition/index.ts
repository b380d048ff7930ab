export { type CompiledTransition, compileTransition } from "./compile.ts";
