import type { StateValue } from "xstate";
import type { ChartNode, InternalEvent, Taker } from "./chart.ts";
import type { Act, Guard } from "./parts.ts";
import { addStood, isFinal, isIn, standsAt } from "./values.ts";

/** One thing that was asked or done while an event was worked out, and how it turned out. */
export type Op =
  | { readonly does: "ask"; readonly guard: Guard; readonly answer: boolean }
  /** `name`: of the record that it changes, if it tells. */
  | { readonly does: "act"; readonly act: Act; readonly name: string | null }
  /** From here on guards and actions are given this event. */
  | { readonly does: "raise"; readonly event: InternalEvent }
  /** Whether the regions of a group beside `region` have ended. */
  | { readonly does: "others"; readonly group: ChartNode; readonly region: ChartNode; readonly answer: boolean }
  /** Which leaves are stood in outside `region`; `null`: all. */
  | { readonly does: "where"; readonly region: ChartNode | null; readonly stood: readonly ChartNode[] }
  /** `region`: what is in it is `value` now; `null`: nothing has moved. */
  | { readonly does: "end"; readonly region: ChartNode | null; readonly value: StateValue; readonly over: boolean }
  /** Nobody takes the event. */
  | { readonly does: "nothing" }
  /** It depends on more than is written down. */
  | { readonly does: "work" };

/**
 * Writes down how an event is worked out. All that a transition decides, it decides by guards and by where the machine stands; where it has moved, all
 * that stands is known from then on. What is read of the value beside that is written down as a question.
 */
export class Trace {
  readonly ops: Op[] = [];
  readonly #root: ChartNode;
  /** All that stands in it is known; `null`: nothing has moved. */
  #known: ChartNode | null = null;
  #fits = true;

  constructor(root: ChartNode) {
    this.#root = root;
  }

  asked(guard: Guard, answer: boolean): void {
    this.#write({ does: "ask", guard, answer });
  }

  /** `name`: of the record that it changes, if it tells. */
  acted(act: Act, name: string | null): void {
    this.#write({ does: "act", act, name });
  }

  raised(event: InternalEvent): void {
    this.#write({ does: "raise", event });
  }

  /** It is asked who takes an event. That a single one is stood in is known of the event that comes from outside. */
  asksWhoTakes({ at, below }: Taker, value: StateValue): void {
    const known = this.#known;
    if (known !== null && isIn(at, known)) return;
    if (below.length === 0 && (known === null || isIn(known, at))) return;
    this.#askWhere(value);
  }

  /** It is asked what stands anywhere. */
  asksForAll(value: StateValue): void {
    if (this.#known !== this.#root) this.#askWhere(value);
  }

  /** Before a region's value is replaced. */
  places(region: ChartNode, value: StateValue): void {
    const known = this.#known;
    if (known === null || isIn(known, region)) this.#known = region;
    else if (!isIn(region, known)) this.#askWhere(value);
  }

  /** It is asked whether a group is done. Answers with the region on whose siblings that depends; `null`: it is known. */
  asksForOthers(group: ChartNode, value: StateValue): ChartNode | null {
    const known = this.#known;
    if (known === null || isIn(group, known)) return null;
    if (known.parent === group) return isFinal(known, standsAt(value, known.line)) ? known : null;
    this.#askWhere(value);
    return null;
  }

  others(group: ChartNode, region: ChartNode, answer: boolean): void {
    this.#write({ does: "others", group, region, answer });
  }

  ends(value: StateValue, over: boolean): void {
    const known = this.#known;
    this.#write({ does: "end", region: known, value: known === null ? "" : (standsAt(value, known.line) ?? ""), over });
  }

  nothing(): void {
    this.#write({ does: "nothing" });
  }

  /** What is outside of what is known stands as before the event. */
  #askWhere(value: StateValue): void {
    const stood: ChartNode[] = [];
    if (addStood(this.#root, value, this.#known, stood)) this.#write({ does: "where", region: this.#known, stood });
    else {
      this.#write({ does: "work" });
      this.#fits = false;
    }
    this.#known = this.#root;
  }

  #write(op: Op): void {
    if (this.#fits) this.ops.push(op);
  }
}
