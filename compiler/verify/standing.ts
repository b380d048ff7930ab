import type { PlanAwait, PlanNode, PlanOutcome, PlanRace, PlanSequence, PlanTry, UndoSequence } from "../plan/plan.ts";
import { type Facts, idOf } from "./facts.ts";
import { type Seen, scopeOf, seenOf, waitOf } from "./seen.ts";

/** Where a saga stands by its plan and by what was seen of it. */
export interface Standing {
  readonly phase: "forward" | "backward" | "afterCompleted" | "completed" | "afterCompensated" | "compensated";
  /** What was come to and has not ended: by name, or by id where it is no step and no child. It runs, waits or is parked. */
  readonly going: ReadonlySet<string>;
  /** Steps and children that are to be undone now. */
  readonly undoing: ReadonlySet<string>;
  /** A `try` whose other path is a person. */
  readonly asking: ReadonlySet<string>;
  /** What follows by itself, in the order of the program: take the first, and look again. */
  readonly silent: readonly Silent[];
}

export type Silent =
  /** Reached for the first time: it begins. */
  | { readonly kind: "begins"; readonly node: PlanNode }
  | { readonly kind: "chooses"; readonly node: Extract<PlanNode, { readonly kind: "if" }> }
  | { readonly kind: "fails"; readonly scope: string }
  | { readonly kind: "wins"; readonly race: PlanRace; readonly branch: string }
  /** It was waiting, and its scope has failed. */
  | { readonly kind: "stops"; readonly node: string }
  | { readonly kind: "undo"; readonly scope: string; readonly is: "begun" | "over" };

/** `ended`: it leads no further, as a scope that it is in has failed. */
type End = "going" | "passed" | "ended";

export function standingOf(facts: Facts, seen: Seen): Standing {
  return new Reader(facts, seen).standing();
}

class Reader {
  readonly #facts: Facts;
  readonly #seen: Seen;
  readonly #going = new Set<string>();
  readonly #undoing = new Set<string>();
  readonly #asking = new Set<string>();
  readonly #silent: Silent[] = [];

  constructor(facts: Facts, seen: Seen) {
    this.#facts = facts;
    this.#seen = seen;
  }

  standing(): Standing {
    const phase = this.#phase();
    return { phase, going: this.#going, undoing: this.#undoing, asking: this.#asking, silent: this.#silent };
  }

  #phase(): Standing["phase"] {
    const { unit, plan, body } = this.#facts;
    const endings = body === null ? plan.endings : { completed: null, compensated: null };
    if (this.#sequence(unit.forward) === "going") return "forward";
    if (!this.#seen.failing) return this.#ended(endings.completed) ? "completed" : "afterCompleted";
    if (!this.#undone(unit.backward, null)) return "backward";
    return this.#ended(endings.compensated) ? "compensated" : "afterCompensated";
  }

  #ended(ending: PlanSequence | null): boolean {
    return ending === null || this.#sequence(ending) !== "going";
  }

  // ---- forward

  #sequence({ nodes }: PlanSequence): End {
    for (const [at, node] of nodes.entries()) {
      const end = this.#node(node);
      if (end !== "passed") return end;
      // All others look for themselves whether they are come to.
      if (nodes[at + 1]?.kind === "fail" && this.#stopped(node)) return "ended";
    }
    return "passed";
  }

  #node(node: PlanNode): End {
    switch (node.kind) {
      case "step":
      case "foreach":
      case "repeat":
      case "call":
      case "compute":
        return this.#doing(node);
      case "await":
      case "sleep":
        return this.#wait(node);
      case "parallel":
        return this.#parallel(node);
      case "race":
        return this.#race(node);
      case "try":
        return this.#try(node);
      case "if": {
        const arm = this.#seen.taken[node.id];
        if (arm !== undefined) return this.#sequence(node.arms.find(({ id }) => id === arm)?.body ?? node.otherwise);
        if (this.#stopped(node)) return "ended";
        this.#silent.push({ kind: "chooses", node });
        return "going";
      }
      case "fail":
        if (this.#failed(node.failsTo)) return "ended";
        this.#silent.push({ kind: "fails", scope: node.failsTo });
        return "going";
    }
  }

  #doing(node: PlanNode): End {
    const name = idOf(node);
    const { begun, runs, end, caught } = seenOf(this.#seen, name);
    if (end === "passed" || end === "skipped") return "passed";
    if (end === "failed" || end === "stopped") return "ended";
    const { policies, otherwise } = this.#facts.step(name);
    if (end === "caught") return this.#path(policies.find(({ error }) => error === caught)?.outcome ?? null);
    if (end === "otherwise") return this.#path(otherwise);
    return this.#live(node, begun, begun && !runs);
  }

  #wait(node: Extract<PlanNode, { readonly kind: "await" | "sleep" }>): End {
    const { begun, end, case: by } = waitOf(this.#seen, node.id);
    if (end === "passed") return "passed";
    if (end === "stopped") return "ended";
    if (end === "received") return this.#sequence(caseOf(node, by));
    if (end === "otherwise") return this.#path(node.kind === "await" ? node.onTimeout : null);
    return this.#live(node, begun, begun);
  }

  #live(node: PlanNode, begun: boolean, idle: boolean): End {
    if (this.#stopped(node)) {
      if (!begun) return "ended";
      // What runs is told to abort, and waited for; what only waits ends at once.
      if (idle) this.#silent.push({ kind: "stops", node: idOf(node) });
    } else if (!begun) this.#silent.push({ kind: "begins", node });
    this.#going.add(idOf(node));
    return "going";
  }

  /** What is done instead; a failure was told when it came. */
  #path(outcome: PlanOutcome | null): End {
    if (outcome === null || outcome.kind === "fail" || outcome.kind === "park") return "ended";
    return outcome.kind === "continue" ? "passed" : this.#sequence(outcome.block.body);
  }

  #parallel(node: Extract<PlanNode, { readonly kind: "parallel" }>): End {
    const ends = node.branches.map(({ body }) => this.#sequence(body));
    if (ends.includes("going")) return "going";
    const failed = node.branches.find(({ scope }) => scope !== null && this.#failed(scope));
    if (failed === undefined) return ends.includes("ended") ? "ended" : "passed";
    if (!this.#stopped(node) && node.failsTo !== null) this.#fail(node.failsTo);
    return "ended";
  }

  #race(node: PlanRace): End {
    const ends = node.branches.map(({ body }) => this.#sequence(body));
    const winner = this.#seen.taken[node.id];
    if (winner === undefined && !this.#stopped(node)) {
      const first = node.branches.find(({ scope }, at) => ends[at] === "passed" && !(scope !== null && this.#failed(scope)));
      if (first !== undefined) {
        this.#silent.push({ kind: "wins", race: node, branch: first.id });
        return "going";
      }
    }
    if (ends.includes("going")) return "going";
    const { undo } = scopeOf(this.#seen, node.id);
    if (this.#stopped(node) && undo === "no") return "ended";
    if (winner === undefined) {
      if (node.failsTo !== null) this.#fail(node.failsTo);
      return "ended";
    }
    return this.#undo(node.id, node.undo, { race: node.id, branch: winner }) ? "passed" : "going";
  }

  #try(node: PlanTry): End {
    const { failed, undo } = scopeOf(this.#seen, node.id);
    if (undo === "no") {
      const end = this.#sequence(node.body);
      if (end === "going") return "going";
      if (!failed) return end;
      if (this.#stopped(node)) return "ended";
    }
    if (!this.#undo(node.id, node.undo, null)) return "going";
    const { otherwise } = node;
    if (scopeOf(this.#seen, node.id).done) return "passed";
    if (otherwise.kind === "block" || this.#stopped(node)) return this.#path(otherwise);
    if (otherwise.kind === "fail" && node.failsTo !== null) this.#fail(node.failsTo);
    if (otherwise.kind !== "park") return this.#path(otherwise);
    this.#asking.add(node.id);
    return "going";
  }

  #fail(scope: string): void {
    if (!this.#failed(scope)) this.#silent.push({ kind: "fails", scope });
  }

  #stopped(node: PlanNode): boolean {
    return node.kind !== "fail" && node.stops.some((scope) => this.#failed(scope));
  }

  #failed(scope: string): boolean {
    return scope === "saga" ? this.#seen.failing : scopeOf(this.#seen, scope).failed;
  }

  // ---- backward

  /** A scope is undone; `true`: it is over. */
  #undo(scope: string, sequence: UndoSequence, standing: Spared | null): boolean {
    const { undo } = scopeOf(this.#seen, scope);
    if (undo === "over") return true;
    const over = this.#undone(sequence, standing);
    if (over) this.#silent.push({ kind: "undo", scope, is: "over" });
    else if (undo === "no") this.#silent.push({ kind: "undo", scope, is: "begun" });
    return false;
  }

  /** `standing`: what is left alone. */
  #undone({ nodes }: UndoSequence, standing: Spared | null): boolean {
    for (const node of nodes) {
      if (node.kind === "parallel") {
        const left = node.id === standing?.race ? standing.branch : null;
        const open = node.branches.filter(({ id, body }) => id !== left && !this.#undone(body, standing));
        if (open.length > 0) return false;
        continue;
      }
      const name = node.kind === "step" ? node.step : node.child;
      if (!needsUndo(this.#facts, this.#seen, name)) continue;
      this.#undoing.add(name);
      return false;
    }
    return true;
  }
}

interface Spared {
  readonly race: string;
  readonly branch: string;
}

/** Whether a step happened, or may have, and is not undone. */
export function needsUndo(facts: Facts, seen: Seen, step: string): boolean {
  const { effect, undone } = seenOf(seen, step);
  return facts.step(step).undo.kind === "compensate" && effect !== "no" && undone !== "done" && undone !== "skipped";
}

function caseOf(node: PlanNode, name: string | null): PlanSequence {
  const found = (node as PlanAwait).cases.find((one) => one.name === name);
  return found?.body ?? { kind: "sequence", nodes: [] };
}
