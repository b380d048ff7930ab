import type { ComputeDecl, Ident, SagaDecl, SignalDecl } from "../ast/nodes.ts";
import type { CheckedSaga, ErrorSymbol, ServiceSymbol } from "./program.ts";
import type { FieldType, Type, TypeSymbol } from "./types.ts";

/** Whatever a file can give to others. */
export type AnySymbol = TypeSymbol | ErrorSymbol | ServiceSymbol | SignalSymbol | ComputeSymbol | SagaSymbol;

export interface SignalSymbol {
  readonly name: string;
  readonly node: SignalDecl;
  readonly fields: readonly FieldType[];
}

export interface ComputeSymbol {
  readonly name: string;
  readonly node: ComputeDecl;
  /** In source order; of two with one name the first. */
  readonly parameters: readonly FieldType[];
  readonly result: Type;
}

export interface SagaSymbol {
  readonly name: string;
  readonly node: SagaDecl;
  /** Filled in before any saga that calls it is looked at; `null`: it calls itself in a circle, or is of a kind that is not available yet. */
  checked: CheckedSaga | null;
}

/** A name that a file takes over from another one. */
export interface ImportedName {
  readonly ident: Ident;
  /** `null`: there is none, which was reported. */
  readonly symbol: AnySymbol | null;
}
