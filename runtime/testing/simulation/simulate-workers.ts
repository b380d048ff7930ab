import type { SagaDefinition, Validator } from "../../engine/definition.ts";
import { implement } from "../../engine/implement.ts";
import { SagaError } from "../../errors.ts";
import { sitesOf } from "../participants.ts";
import { sampleOf } from "../sample.ts";
import { scheduleOf } from "./schedule.ts";
import type { Sampler } from "./services.ts";
import { shrunk } from "./shrink.ts";
import type { SimulateWorkersOptions, Simulator } from "./simulation.ts";
import { World } from "./world.ts";

/**
 * Worlds of several workers, clients, participants and a store, each in this process and in virtual time, where under a seed workers vanish, stand
 * still and come back, replies are lost, messages come late or twice and clocks are wrong. The engine is the one of production. Laws are looked at
 * at every commit, at every call, and when all has ended. The same schedule gives the same world.
 *
 * ```ts
 * const simulator = simulateWorkers({ sagas: [{ definition: placeOrder, input }] });
 * for (let seed = 1; seed <= 1_000; seed++) {
 *   const { broken } = await simulator.run(simulator.schedule(seed));
 *   expect(broken, `seed ${seed}`).toEqual([]);
 * }
 * ```
 *
 * Throws where there is no saga (`RT1021`).
 */
export function simulateWorkers(options: SimulateWorkersOptions): Simulator {
  if (options.sagas.length === 0)
    throw new SagaError(
      "RT1021",
      "simulateWorkers was given no saga (sagas: []): no world would show anything. Name one at least.",
    );
  const all = options.sagas.flatMap(({ definition, callees = [] }) => [definition, ...callees]);
  const cast = new Map(all.map((definition) => [`${definition.saga}@${definition.version}`, definition]));
  // The machines are made transitions once, not in each world anew.
  const prepared = {
    sagas: [...cast.values()].map((definition) => implement({ ...definition, otherVersions: {} }, unserved(definition))),
    sampleOf: remembering(sampleOf),
  };
  const run: Simulator["run"] = (schedule, { story = false } = {}) => new World(options, prepared, schedule, story).run();
  return { run, schedule: (seed) => scheduleOf(seed, options.sagas), shrunk: (schedule) => shrunk(schedule, run) };
}

function remembering(sampler: Sampler): Sampler {
  const samples = new Map<Validator | null | undefined, unknown>();
  return (validator) => {
    if (!samples.has(validator)) samples.set(validator, sampler(validator));
    return samples.get(validator);
  };
}

/** Each worker of a world brings its own. */
function unserved(definition: SagaDefinition): Record<string, Record<string, () => null>> {
  const steps: Record<string, Record<string, () => null>> = {};
  for (const { service, operation } of sitesOf(definition)) steps[service] = { ...steps[service], [operation]: () => null };
  return steps;
}
