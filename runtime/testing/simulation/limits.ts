import type { SagaDefinition, ServiceLimits } from "../../engine/definition.ts";
import type { Machine } from "./machine.ts";

/** Counts, of each machine, the calls of services that take so many and no more. */
export class LimitsWatch {
  readonly #limits = new Map<string, ServiceLimits[]>();
  readonly #calls = new Map<string, { readonly running: Set<AbortSignal>; begunMs: number[] }>();

  constructor(definitions: readonly SagaDefinition[]) {
    for (const { limits = {} } of definitions) {
      for (const [service, its] of Object.entries(limits)) this.#limits.set(service, [...(this.#limits.get(service) ?? []), its]);
    }
  }

  /** A call begins; `signal`: its own. Says what is too much, and returns what tells of its end. */
  began(
    machine: Machine,
    service: string,
    signal: AbortSignal,
  ): { readonly wrong: readonly string[]; readonly ended: () => void } {
    const limits = this.#limits.get(service) ?? [];
    if (limits.length === 0) return { wrong: [], ended: () => undefined };
    const key = `${machine.name} ${service}`;
    const calls = this.#calls.get(key) ?? { running: new Set(), begunMs: [] };
    this.#calls.set(key, calls);
    calls.running.add(signal);
    const nowMs = machine.monotonic();
    calls.begunMs.push(nowMs);
    const wrong = limits.flatMap(({ max, rate }) => {
      // One that was told to abort may never end, and nobody waits for it.
      const running = [...calls.running].filter(({ aborted }) => !aborted).length;
      const recent = rate === undefined ? 0 : calls.begunMs.filter((atMs) => atMs > nowMs - rate.perMs).length;
      return [
        ...(max !== undefined && running > max
          ? [`${machine.name} makes ${running} calls of ${service} at once, which takes ${max}`]
          : []),
        ...(rate !== undefined && recent > rate.calls
          ? [`${machine.name} makes ${recent} calls of ${service} in ${rate.perMs} ms, which takes ${rate.calls}`]
          : []),
      ];
    });
    return { wrong, ended: () => calls.running.delete(signal) };
  }
}
