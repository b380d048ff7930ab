import type { Worker } from "../../worker/worker.ts";
import type { Machine, MachineFaults, Stall, Surroundings } from "./machine.ts";
import type { CallFault, Move, Schedule } from "./schedule.ts";

/** A machine and the worker that runs on it. */
export interface Node {
  readonly machine: Machine;
  worker: Worker | null;
  gone: boolean;
}

/** What befalls a machine by itself, by the number of what it does. */
export function faultsOf({ moves }: Schedule, name: string): MachineFaults {
  const calls = new Map<number, CallFault>();
  const stalls = new Map<number, Stall>();
  let crashAt: number | null = null;
  let readMs = 0;
  for (const move of moves) {
    if (move.kind === "call" && move.machine === name) calls.set(move.number, move.fault);
    if (move.kind === "stall" && move.worker === name) stalls.set(move.commit, move);
    if (move.kind === "slow reads" && move.worker === name) readMs = move.byMs;
    if (move.kind === "crash at" && move.worker === name) crashAt = Math.min(move.point, crashAt ?? move.point);
  }
  return { calls, crashAt, stalls, readMs };
}

/** What befalls a worker at its time. */
export function befalls(
  { clock, told, met }: Surroundings,
  node: Node | undefined,
  move: Extract<Move, { readonly kind: "crash" | "drain" | "freeze" | "jump" | "drift" }>,
): void {
  if (node === undefined || node.machine.isDead) return;
  const { machine } = node;
  switch (move.kind) {
    case "crash":
      told(`${machine.name} is gone`);
      met.crashes++;
      return machine.crash();
    case "drain":
      if (node.gone) return;
      node.gone = true;
      told(`${machine.name} is told to stop`);
      met.drains++;
      void node.worker?.stop();
      return;
    case "freeze":
      told(`${machine.name} stands still for ${move.forMs} ms${move.asleep ? ", its clock too" : ""}`);
      machine.freeze();
      clock.schedule(move.forMs, () => {
        told(`${machine.name} goes on`);
        machine.thaw(move.asleep);
      });
      return;
    case "jump":
      told(`the clock of ${machine.name} is set by ${move.byMs} ms`);
      return machine.jump(move.byMs);
    case "drift":
      told(`the clock of ${machine.name} goes at ${move.rate}`);
      return machine.drift(move.rate);
  }
}
