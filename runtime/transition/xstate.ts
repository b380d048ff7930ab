/** What is read of an XState machine, by structure: its state nodes as XState has put them together, targets resolved. */
export interface XMachine {
  readonly root: XNode;
  readonly config: { readonly context?: unknown; readonly output?: unknown };
  readonly implementations: XImplementations;
}

export interface XImplementations {
  readonly guards: Readonly<Record<string, unknown>>;
  readonly actions: Readonly<Record<string, unknown>>;
}

export interface XNode {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly parent?: XNode | undefined;
  readonly states: Readonly<Record<string, XNode>>;
  readonly config: { readonly entry?: unknown; readonly exit?: unknown };
  readonly invoke: readonly { readonly input?: unknown }[];
  readonly initial: { readonly target: readonly XNode[]; readonly actions: readonly unknown[] };
  readonly always?: readonly XTransition[] | undefined;
  readonly transitions: ReadonlyMap<string, readonly XTransition[]>;
  readonly output?: unknown;
}

export interface XTransition {
  readonly guard?: unknown;
  readonly source: XNode;
  readonly target?: readonly XNode[] | undefined;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
}

/** History states are not among them. */
export const XSTATE_NODE_TYPES: readonly string[] = ["atomic", "compound", "parallel", "final"];
