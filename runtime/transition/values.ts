import type { StateValue } from "xstate";
import type { ChartNode } from "./chart.ts";
import { newCopier } from "./copier.ts";

/** What is read of a state's value, and how another is made of it. */

/** Where a machine stands: its state's value and its context. */
export interface Standing {
  readonly value: StateValue;
  readonly context: object;
}

/** What stands below a node along some keys; `null`: the last is a leaf; `undefined`: it is not stood there. */
export function along(path: readonly string[], value: StateValue | null): StateValue | null | undefined {
  let inner = value;
  for (const key of path) {
    if (typeof inner === "string") {
      if (inner !== key) return undefined;
      inner = null;
    } else {
      const next: unknown = inner?.[key];
      // A name such as `constructor` is there in every object, as a function.
      if (next === undefined || typeof next === "function") return undefined;
      inner = next as StateValue;
    }
  }
  return inner;
}

/** What stands at a node; `line`: from below the root down to it. */
export function standsAt(value: StateValue, line: readonly ChartNode[]): StateValue | undefined {
  let found: StateValue | undefined = value;
  for (const { key } of line) found = typeof found === "object" ? found[key] : undefined;
  return found;
}

/** Whether the machine has ended there. */
export function isFinal(node: ChartNode, value: StateValue | undefined): boolean {
  if (node.kind === "parallel") return areFinal(node, value, null);
  return typeof value === "string" && node.child.get(value)?.kind === "final";
}

/** Whether all regions of a group have ended. `except`: one that is known to have. */
export function areFinal({ children, open }: ChartNode, value: StateValue | undefined, except: ChartNode | null): boolean {
  if (typeof value !== "object") return false;
  // Begins with the region that was last seen to be open: it mostly still is, so that not all are asked each time.
  for (let asked = 0; asked < children.length; asked++) {
    const region = children[open.at];
    if (region !== undefined && region !== except && !isFinal(region, value[region.key])) return false;
    open.at = open.at + 1 < children.length ? open.at + 1 : 0;
  }
  return true;
}

/** Adds the leaves that are stood in and have eventless transitions, in the order of the machine. */
export function addLeaves(node: ChartNode, value: StateValue | undefined, found: ChartNode[]): void {
  if (node.children.length === 0) {
    if (node.ways.length > 0) found.push(node);
    return;
  }
  if (node.kind === "parallel") {
    if (typeof value !== "object") return;
    for (const region of node.children) addLeaves(region, value[region.key], found);
    return;
  }
  if (typeof value === "string") {
    const leaf = node.child.get(value);
    if (leaf !== undefined) addLeaves(leaf, undefined, found);
    return;
  }
  for (const key in value) {
    const child = node.child.get(key);
    if (child !== undefined) addLeaves(child, value[key], found);
  }
}

/** Another value at a node, of which it is known that it is stood in: objects on the way to it are copied, those beside it shared. */
export function placed(value: StateValue, { line }: ChartNode, inner: StateValue): StateValue {
  let above: Record<string, StateValue | undefined> | null = null;
  let top: StateValue = inner;
  let key = "";
  for (const node of line) {
    const from: StateValue | undefined = above === null ? value : above[key];
    const copy = copyOf(node, from);
    if (above === null) top = copy as StateValue;
    else above[key] = copy as StateValue;
    above = copy;
    key = node.key;
  }
  if (above !== null) above[key] = inner;
  return top;
}

/** The object that holds a node's part of the value. */
export function copyOf({ holder }: ChartNode, value: StateValue | undefined): Record<string, StateValue | undefined> {
  if (typeof value !== "object") return {};
  holder.copy ??= newCopier();
  return holder.copy(value as Record<string, StateValue | undefined>);
}

/**
 * Adds all leaves that are stood in, by the order of the value's keys, so that equal lists are equal values. `except`: a node that is added in
 * place of what is below it. `false`: there are too many, or it is no value of this machine.
 */
export function addStood(node: ChartNode, value: StateValue | undefined, except: ChartNode | null, found: ChartNode[]): boolean {
  if (node === except || node.children.length === 0) {
    found.push(node);
    return found.length <= STOOD_MAX;
  }
  if (typeof value === "string") {
    const leaf = node.child.get(value);
    if (leaf === undefined || node.kind !== "compound") return false;
    return addStood(leaf, undefined, except, found);
  }
  if (value === undefined) return false;
  for (const key in value) {
    const child = node.child.get(key);
    if (child === undefined || !addStood(child, value[key], except, found)) return false;
  }
  return true;
}

const STOOD_MAX = 8;

/** Whether a node stands below another, or is it. */
export function isIn(node: ChartNode, above: ChartNode): boolean {
  return node.first >= above.first && node.first <= above.last;
}
