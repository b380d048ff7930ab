import type { Construct } from "./constructs.ts";
import { Dice } from "./dice.ts";
import { expression, type Readable, type ValueType } from "./expressions.ts";

/** `tried`: in a `try` behind the pivot; `ending`: after the end. */
export type Zone = "before" | "maybe" | "after" | "tried" | "ending";

/** Where a statement stands. */
export interface Place {
  readonly zone: Zone;
  /** How deep it is nested. */
  readonly depth: number;
  /** In an item or a round, which runs more than once. */
  readonly repeated: boolean;
  readonly readables: Readable[];
}

/** Writes so many statements for a place; what they bring is added to its readables. */
export type Statements = (make: Maker, place: Place, count: number) => string[];

/** What all generators of one program share: its dice, its names, what it has used, and how much it may grow. */
export class Maker {
  readonly dice: Dice;
  readonly saga: string;
  readonly used = new Set<Construct>();
  readonly #statements: Statements;
  #names = 0;
  #budget: number;

  constructor(seed: number, statements: Statements) {
    this.dice = new Dice(seed);
    this.saga = `Fuzz${seed}`;
    this.#statements = statements;
    this.#budget = this.dice.between(3, 10);
  }

  statements(place: Place, count: number): string[] {
    return this.#statements(this, place, count);
  }

  use(construct: Construct): true {
    this.used.add(construct);
    return true;
  }

  /** True so often in a hundred; it is used then. */
  chance(construct: Construct, percent: number): boolean {
    return this.dice.percent(percent) && this.use(construct);
  }

  name(kind: string): string {
    this.#names++;
    return `${kind}${this.#names}`;
  }

  /** A group costs one; when nothing is left, no other is begun. */
  spend(): void {
    this.#budget--;
  }

  get isSpent(): boolean {
    return this.#budget <= 0;
  }

  expression(type: ValueType, { readables }: { readonly readables: readonly Readable[] }, depth?: number): string {
    return expression(this.dice, type, readables, depth);
  }
}
