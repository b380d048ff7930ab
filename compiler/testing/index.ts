/** `sagac/testing`: for the tests of those who write sagas, and of those who extend sagac. */

export { ALPHABET, type Alphabet, type Answer, type Happening, type Verb } from "../verify/alphabet.ts";
export type { BrokenLaw, Coverage, Exploration } from "../verify/explore.ts";
export type { Facts } from "../verify/facts.ts";
export { LAWS, type Law, type Move } from "../verify/laws.ts";
export type { Seen, SeenStep } from "../verify/seen.ts";
export type { Look, WantedCall, WantedTimer } from "../verify/wanted.ts";
export { diagnose, type ExpectedDiagnostics, expectDiagnostics, type MarkedText, readMarks } from "./expect-diagnostics.ts";
export { type SagaFiles, type SagaUnderTest, sagaUnderTest, type WalkOptions } from "./saga-under-test.ts";
