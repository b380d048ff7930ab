import type { FileNode, Node } from "../ast/nodes.ts";
import { childrenOf, walk } from "../ast/walk.ts";

/** What the layout needs to know of the tree, by offsets into the text. */
export interface Marks {
  /** Where something begins that stands on a line of its own in braces that are not on one line. */
  readonly items: ReadonlySet<number>;
  /** The braces of sagas are never on one line: where their first token stands. */
  readonly sagas: ReadonlySet<number>;
  /** `[`, `(`, `<`, `>`, `?`, `-`, `/` that belong to what stands before or behind them: no space there. */
  readonly tightBefore: ReadonlySet<number>;
  readonly tightAfter: ReadonlySet<number>;
}

/** `at`: the offset of the first token with this text from an offset on. */
export function marksOf(file: FileNode, at: (text: string, from: number) => number | null): Marks {
  const items = new Set<number>();
  const sagas = new Set<number>();
  const tightBefore = new Set<number>();
  const tightAfter = new Set<number>();
  const tight = (set: Set<number>, offset: number | null): void => {
    if (offset !== null) set.add(offset);
  };
  walk(file, (node) => {
    for (const item of itemsOf(node)) items.add(item.span.start);
    switch (node.kind) {
      case "saga-decl":
        sagas.add(node.span.start);
        break;
      case "array-type":
        tight(tightBefore, at("[", node.element.span.end));
        break;
      case "optional-type":
        tight(tightBefore, at("?", node.type.span.end));
        break;
      case "record-type": {
        const open = at("<", node.span.start);
        tight(tightBefore, open);
        tight(tightAfter, open);
        tight(tightBefore, at(">", node.value.span.end));
        break;
      }
      case "index":
      case "every-item":
        tight(tightBefore, at("[", node.object.span.end));
        break;
      case "function":
        tight(tightBefore, at("(", node.callee.span.end));
        break;
      case "compute-decl":
        if (node.name !== null) tight(tightBefore, at("(", node.name.span.end));
        break;
      case "unary":
        if (node.operator === "-") tightAfter.add(node.span.start);
        break;
      case "rate": {
        const slash = node.count === null ? null : at("/", node.count.span.end);
        tight(tightBefore, slash);
        tight(tightAfter, slash);
        break;
      }
    }
    return true;
  });
  return { items, sagas, tightBefore, tightAfter };
}

/** What stands between the braces of a node, each on a line of its own where they are not on one line. */
function itemsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "file":
      return childrenOf(node);
    case "saga-decl":
      return [...node.items, ...node.misplaced];
    case "service-decl":
    case "step":
    case "start":
      return [...node.clauses, ...node.misplaced];
    case "call":
      return [...node.clauses, ...node.misplaced];
    case "handler":
      return [...(node.clauses ?? []), ...node.misplaced];
    case "block":
      return [...node.statements, ...node.misplaced];
    case "parallel":
    case "race":
      return [...node.branches, ...node.misplaced];
    case "await-any":
      return [...node.cases, ...node.misplaced];
    case "import":
      return node.names;
    case "fields":
      return node.fields;
    case "object":
      return node.entries;
    default:
      return [];
  }
}
