import type { Node } from "../ast/nodes.ts";
import { childrenOf } from "../ast/walk.ts";
import type { Document } from "./document.ts";

/** One entry of an outline. */
export interface OutlineSymbol {
  readonly name: string;
  readonly kind: "saga" | "step" | "type" | "error" | "service" | "signal" | "compute" | "group" | "value";
  readonly detail: string;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly children: readonly OutlineSymbol[];
}

/** The outline of a file: declarations, and in sagas their steps and groups as they are nested. */
export function symbols(document: Document): readonly OutlineSymbol[] {
  return document.file.declarations.flatMap(outline);
}

function outline(node: Node): readonly OutlineSymbol[] {
  const children = (): readonly OutlineSymbol[] => childrenOf(node).flatMap(outline);
  const known = describe(node);
  if (known === null) return children();
  const { kind, name, detail, at } = known;
  // The word may be half-written, and a name never sticks out of what it names.
  const { start, end } = node.span;
  const place = at ?? { start, end: Math.min(end, start + (name.split(" ")[0]?.length ?? 0)) };
  const inner = kind === "type" || kind === "error" ? [] : children();
  return [
    {
      name,
      kind,
      detail,
      start,
      end,
      nameStart: place.start,
      nameEnd: place.end,
      children: inner,
    },
  ];
}

interface Description {
  readonly kind: OutlineSymbol["kind"];
  readonly name: string;
  readonly detail: string;
  readonly at: { readonly start: number; readonly end: number } | null;
}

function describe(node: Node): Description | null {
  const named = (
    kind: Description["kind"],
    ident: { name: string; span: { start: number; end: number } } | null,
    detail = "",
  ): Description | null => (ident === null ? null : { kind, name: ident.name, detail, at: ident.span });
  const group = (name: string): Description => ({ kind: "group", name, detail: "", at: null });
  switch (node.kind) {
    case "saga-decl":
      return named("saga", node.name);
    case "type-decl":
      return named("type", node.name);
    case "error-decl":
      return named("error", node.name);
    case "service-decl":
      return named("service", node.name);
    case "signal-decl":
      return named("signal", node.name);
    case "compute-decl":
      return named("compute", node.name);
    case "step":
      return named("step", node.name, [...node.stepKinds.map(({ name }) => name), node.on?.service?.name ?? ""].join(" ").trim());
    case "let":
      return named("value", node.name, "let");
    case "branch":
      return named("group", node.name, "branch");
    case "call":
      return named("step", node.as ?? node.saga, `call ${node.saga?.name ?? ""}`);
    case "parallel":
    case "race":
    case "if":
    case "try":
      return group(node.kind);
    case "foreach":
    case "first":
      return group(`${node.kind} ${node.item?.name ?? ""}`.trim());
    case "repeat":
      return group("repeat");
    case "await":
      return group(`await ${node.signal?.name ?? ""}`.trim());
    case "await-any":
      return group("await any");
    case "ending":
      return group(`on ${node.when}`);
    default:
      return null;
  }
}
