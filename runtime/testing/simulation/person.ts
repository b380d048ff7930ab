import type { Client } from "../../client/client.ts";
import type { Verdict } from "../../client/views.ts";
import { forwardKey, recordAt } from "../../engine/keys.ts";
import { drawn, drawsOf } from "../draw.ts";
import type { Surroundings } from "./machine.ts";
import type { Services } from "./services.ts";
import type { Seen, Watch } from "./watch.ts";

/** Looks at what is parked, and says what the participants' books say, or what comes to mind. */
export class Person {
  readonly #around: Surroundings;
  readonly #watch: Watch;
  readonly #services: Services;
  readonly #asked = new Map<string, number>();
  readonly #deciding = new Set<string>();

  constructor(around: Surroundings, watch: Watch, services: Services) {
    this.#around = around;
    this.#watch = watch;
    this.#services = services;
  }

  /** `ask`: makes a request to which there is an answer. */
  look(client: Client, ask: (rootId: string, what: string, request: () => Promise<unknown>) => void): void {
    for (const { id, rootId, envelope, definition } of [...this.#watch.seen.values()]) {
      if (id !== rootId) continue;
      for (const call of envelope.parked) {
        const name = `${id} ${call}`;
        if (this.#deciding.has(name)) continue;
        this.#deciding.add(name);
        const turn = (this.#asked.get(name) ?? 0) + 1;
        this.#asked.set(name, turn);
        const verdict = this.#verdict(rootId, call, turn);
        this.#around.told(`a person says ${verdict.verb} of ${name}`);
        ask(id, `decide ${name}`, () =>
          client
            .get(definition, id)
            .decide(call, verdict, { by: "person", reason: "simulated" })
            .finally(() => this.#deciding.delete(name)),
        );
      }
    }
  }

  #verdict(rootId: string, call: string, turn: number): Verdict {
    const split = call.lastIndexOf("/");
    const member = this.#watch.seen.get(split === -1 ? rootId : call.slice(0, split));
    const site = member?.tables.calls[call.slice(split + 1)];
    const verb = drawn(drawsOf(this.#around.seed, `${rootId} ${call} ${turn}`), VERBS);
    if (verb !== "look") return { verb };
    return (
      (member === undefined || site === undefined || site.kind !== "forward"
        ? null
        : this.#services.verdictOf(keyOf(member, call.slice(split + 1)))) ?? { verb: "retry" }
    );
  }
}

function keyOf(member: Seen, call: string): string {
  const site = member.tables.calls[call];
  if (site === undefined) return "";
  const { context } = member.state;
  return forwardKey(
    { saga: member.definition.saga, sagaId: member.id, context },
    site,
    recordAt(context, site.place).forward.generation,
  );
}

const VERBS = [
  ["retry", 6],
  ["look", 5],
  ["goBack", 2],
  ["skip", 1],
] as const;
