import { type MachineRecord, recordAt } from "../machine.ts";
import { type Seen, seenOf } from "../seen.ts";
import type { Look } from "../wanted.ts";
import { begun, type Law, runs, stopped } from "./law.ts";

export const WHAT_COMES_IS_HEARD: Law = {
  name: "what-comes-is-heard",
  says: "an answer or signal that is waited for, a timer that is due and a person's word each have their effect",
  broken: ({ facts, from, to, happening, seen }) => {
    switch (happening.kind) {
      case "answers":
      case "refuses": {
        const call = from.calls.find(({ id }) => id === happening.call);
        const deaf = call !== undefined && to.calls.some(({ identity }) => identity === call.identity);
        return deaf ? [`the answer of ${happening.call} is not heard`] : [];
      }
      case "signal": {
        const taken = seen.waits[happening.wait]?.end === "received";
        return taken && to.waits.includes(happening.wait) ? [`the signal that ${happening.wait} waits for is not heard`] : [];
      }
      case "due":
        if (happening.call === null) return [];
        return to.timers.some(({ key }) => key === happening.key) ? [`${words(happening.key)} is not heard`] : [];
      case "verb": {
        if (to.parked.includes(happening.call)) return [`the word about ${happening.call} is not heard`];
        const goesOn = runs(to, happening.call) || to.waits.includes(happening.call);
        const { failsTo = "saga", zone = "before" } = facts.calls.includes(happening.call) ? facts.call(happening.call).step : {};
        const onward = failsTo === null || zone === "maybe";
        const wants = happening.verb === "retry" || (happening.verb === "didNotHappen" && onward);
        return wants && !goesOn && facts.calls.includes(happening.call) ? [`${happening.call} is not tried again`] : [];
      }
      default:
        return [];
    }
  },
};

export const RETRIES_ARE_KEPT: Law = {
  name: "retries-are-kept",
  says: "no call is made more often than its budget allows, and no round more; while attempts are left there is another, after an inquiry if the step has one",
  broken: ({ facts, from, to, seen, happening, expected }) => {
    const fresh = begun({ from, to }, "forward", "inquire", "undo");
    const over = fresh.filter(({ id, step, kind }) => {
      const { attempts, inquiries, undos } = seenOf(seen, step);
      const of = facts.call(id).call.retry.attempts;
      return of !== null && { forward: attempts, inquire: inquiries, undo: undos }[kind] > of;
    });
    const twice =
      happening.kind !== "recovered"
        ? []
        : from.calls.filter(({ id, kind, step, identity, abort }) => {
            if (facts.step(step).of !== "step") return false;
            const once = abort || (kind !== "inquire" && facts.call(id).call.retry.attempts === 1);
            return once && to.calls.some((call) => call.identity === identity);
          });
    const missing = expected.next.filter(({ after, is }) => {
      if (is === "pause" && stopped(facts, seen, after)) return false;
      if (is === "inquiry") return !runs(to, `${facts.call(after).step.name}.inquire`);
      return runs(to, after) || !to.timers.some(({ call }) => call === after);
    });
    return [
      ...over.map(({ id }) => `${id} is called more often than its ${facts.call(id).call.retry.attempts} attempts`),
      ...twice.map(({ id }) => `${id} is called a second time, and must not be repeated`),
      ...missing.map(({ after, is }) =>
        is === "pause" ? `${after} is not tried again` : `nobody asks whether ${after} happened`,
      ),
    ];
  },
};

export const PARKS_FOR_A_REASON: Law = {
  name: "parks-for-a-reason",
  says: "a person is asked when only a person can help, and then always",
  broken: ({ facts, from, to, seen, expected: { parks, standing } }) => {
    const fresh = to.parked.filter((id) => !from.parked.includes(id));
    const due = [...parks, ...standing.asking];
    const missing = due.filter((id) => !to.parked.includes(id) && !stopped(facts, seen, id));
    const extra = fresh.filter((id) => !due.includes(id));
    const left = to.parked.filter((id) => stopped(facts, seen, id) && to.status === "running");
    return [
      ...missing.map((id) => `${id} is not parked`),
      ...extra.map((id) => `${id} is parked without need`),
      ...left.map((id) => `${id} is still parked, and nothing of it goes on`),
    ];
  },
};

export const CALLS_HAVE_ONE_IDENTITY: Law = {
  name: "calls-have-one-identity",
  says: "each attempt has a number of its own, the next one; a fresh idempotency key only after 'it did not happen'",
  broken: ({ facts, from, to, seen }) =>
    facts.doings.flatMap((step) => {
      const before = recordAt(from.state.context, step.place);
      const after = recordAt(to.state.context, step.place);
      if (before === after) return [];
      return [...countsWrong(step.name, before, after, from, to), ...keyWrong(step.name, before, after, seen)];
    }),
};

function words(key: string): string {
  return `the timer ${key.replace(/#\d+$/, "")}`;
}

function countsWrong(step: string, before: MachineRecord, after: MachineRecord, from: Look, to: Look): string[] {
  return (["forward", "inquire", "undo"] as const).flatMap((kind) => {
    const fresh = begun({ from, to }, kind).some((call) => call.step === step) ? 1 : 0;
    return after[kind].entry - before[kind].entry === fresh ? [] : [`the calls of ${step} are counted wrongly (${kind})`];
  });
}

function keyWrong(step: string, before: MachineRecord, after: MachineRecord, seen: Seen): string[] {
  if (before.forward.generation === after.forward.generation) return [];
  const { effect, attempts } = seenOf(seen, step);
  const proven = after.forward.generation === before.forward.generation + 1 && (effect === "no" || attempts > 0);
  return proven ? [] : [`${step} gets a fresh idempotency key, and may have happened`];
}
