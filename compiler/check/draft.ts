import type { Declaration, Expression, Ident, Misplaced, Node } from "../ast/nodes.ts";
import { FindingLog } from "./findings.ts";
import type { ClauseList, ErrorSymbol, NamedThing, NameSpace, ServiceSymbol, TypedExpr } from "./program.ts";
import type { AnySymbol, ComputeSymbol, ImportedName, SagaSymbol, SignalSymbol } from "./symbols.ts";
import type { FieldType, TypeSymbol } from "./types.ts";

/** A program in the making: what the passes write down as they go. Made anew for each run. */
export class Draft {
  readonly findings = new FindingLog();
  readonly typed = new Map<Expression, TypedExpr>();
  readonly spaces: NameSpace[] = [];
  readonly clauseLists: ClauseList[] = [];
  readonly misplaced: { readonly owner: string; readonly node: Misplaced }[] = [];
  /** Lists of fields that could not be read whole: what one of them lacks may well have been written. */
  readonly unreadFields = new Set<readonly FieldType[]>();

  names(kind: NameSpace["kind"], names: readonly NamedThing[]): void {
    if (names.length > 0) this.spaces.push({ kind, names });
  }

  /** A name that is used without a declaration. */
  use(what: NamedThing["what"], ident: Ident): void {
    this.spaces.push({ kind: "use", names: [{ ident, what }] });
  }

  /** Where the construct could not be read whole, two clauses of a kind may belong to two constructs: each is looked at alone. */
  clauses(owner: string, clauses: readonly Node[], broken: boolean): void {
    for (const list of broken ? clauses.map((clause) => [clause]) : [clauses]) this.clauseLists.push({ owner, clauses: list });
  }
}

/** The names of a file while it is being resolved. */
export interface FileScope {
  readonly types: Map<string, TypeSymbol>;
  readonly errors: Map<string, ErrorSymbol>;
  readonly services: Map<string, ServiceSymbol>;
  /** Of the file; a saga has its own beside them. */
  readonly signals: Map<string, SignalSymbol>;
  readonly computes: Map<string, ComputeSymbol>;
  readonly sagas: Map<string, SagaSymbol>;
  /** What it takes over from other files, in source order; it stands in the maps as well. */
  readonly imported: ImportedName[];
  /** Every declaration by name: the first of each. */
  readonly declared: Map<string, NamedThing>;
  /** Names of things that are not available yet, imported ones too: whoever meets one reports nothing. */
  readonly opaque: Set<string>;
  /** Kinds of declarations of which one lost its name, or all of it: a name that is not there may be that one's. */
  readonly unread: ReadonlySet<Declaration["kind"]>;
  readonly used: Set<AnySymbol>;
}
