import type { SourceFailure } from "../../source/source-set.ts";
import type { TypeSymbol } from "../types.ts";

/** What lies outside of the files that are checked: asked only where an import leads there. */
export interface Outside {
  /** Why the file of a path is not among them; `null`: nobody tried to read it. */
  why(path: string): SourceFailure | null;
  /** Paths of sources that there are, for suggestions. */
  list(): readonly string[];
  readonly typescript: TypeScriptReader;
  /** Names that files which are not checked import from one that is. */
  importedElsewhere(path: string): Iterable<string>;
}

export interface TypeScriptReader {
  /** The type that a file of TypeScript exports under a name: the same symbol for the same type. Never throws. */
  read(path: string, name: string): TypeScriptAnswer;
}

export type TypeScriptAnswer =
  | { readonly kind: "type"; readonly symbol: TypeSymbol }
  | { readonly kind: "unread"; readonly failure: SourceFailure }
  /** It exports no type of that name. `exists`: it declares one, but does not export it, or exports what is no type. */
  | { readonly kind: "unknown"; readonly candidates: readonly string[]; readonly exists: "value" | "unexported" | null }
  | { readonly kind: "unfit"; readonly misfits: readonly Misfit[] };

/** A part of a type that JSON cannot carry, or this language cannot say. */
export interface Misfit {
  /** Where in the type: `Order.items[].at`. */
  readonly at: string;
  /** What it is, as a sentence goes on after "is": "a `Date`". */
  readonly what: string;
  readonly help: string;
}

/** Nothing is to be read. */
export const NOTHING_OUTSIDE: Outside = {
  why: () => null,
  list: () => [],
  importedElsewhere: () => [],
  typescript: {
    read: (path) => ({
      kind: "unread",
      failure: { path, reason: "missing", message: `There is no file \`${path}\`.` },
    }),
  },
};
