import type { Happening } from "./alphabet.ts";
import type { Facts } from "./facts.ts";
import { type MachineRecord, recordAt } from "./machine.ts";
import type { Expected } from "./onlooker.ts";
import { type Seen, seenOf } from "./seen.ts";
import type { Look, WantedCall, WantedTimer } from "./wanted.ts";

/** One move of a machine, and what an onlooker makes of it. */
export interface Move {
  readonly facts: Facts;
  readonly from: Look;
  readonly seenBefore: Seen;
  /** `starts`: its first move, from nothing. */
  readonly happening: Happening | { readonly kind: "starts" };
  readonly to: Look;
  readonly seen: Seen;
  readonly expected: Expected;
}

/** What holds for every move of every saga. */
export interface Law {
  /** Short and stable. */
  readonly name: string;
  /** The law as a sentence. */
  readonly says: string;
  /** What is wrong with a move, in words; nothing, if nothing is. */
  broken(move: Move): readonly string[];
}

/** The law of the whole walk, held by the explorer: no single move can break it. */
export const REACHES_AN_END = {
  name: "reaches-an-end",
  says: "from every state an end can be reached, if need be with a person's help",
};

/** No event makes the machine throw; also the explorer's. */
export const NEVER_THROWS = { name: "never-throws", says: "nothing that happens makes the machine throw" };

/** What means nothing in a state: see `SENSELESS`. */
export const LATE_ANSWERS = {
  name: "late-answers",
  says: "an answer that is not waited for, and a word about a call that is not parked, change nothing",
};

export const LAWS: readonly Law[] = [
  {
    name: "ended-is-settled",
    says: "a saga that ended is completed or compensated, and wants nothing",
    broken: ({ to }) => {
      if (typeof to.state.value === "string" && to.status === "running") return [`it stands in ${to.state.value}`];
      if (to.status === "running") return [];
      return [...to.calls.map(({ id }) => `${id} is still called`), ...to.parked.map((id) => `${id} is still parked`)];
    },
  },
  {
    name: "idle-is-parked",
    says: "a saga in which nothing runs and nothing is timed waits for a person",
    broken: ({ to }) => {
      const timed = to.timers.some(({ call }) => call !== null);
      const idle = to.status === "running" && to.calls.length === 0 && !timed && to.parked.length === 0;
      return idle ? ["nothing moves it on"] : [];
    },
  },
  {
    name: "completed-is-whole",
    says: "completed: every step happened, and nothing was undone",
    broken: ({ to, facts, seen }) => {
      if (to.status !== "completed") return [];
      return facts.plan.steps.flatMap(({ name }) => {
        const { effect, undone } = seenOf(seen, name);
        if (effect !== "yes") return [`${name} ${effect === "no" ? "did not happen" : "may not have happened"}`];
        return undone === "no" ? [] : [`${name} was undone`];
      });
    },
  },
  {
    name: "compensated-is-undone",
    says: "compensated: everything that happened, or may have, was undone, or skipped by a person",
    broken: ({ to, facts, seen }) => {
      if (to.status !== "compensated") return [];
      return facts.plan.steps.flatMap(({ name, zone, undo }) => {
        const { effect, undone } = seenOf(seen, name);
        if (effect === "no") return [];
        const happened = effect === "yes" ? "happened" : "may have happened";
        if (zone !== "before") return [`${name} ${happened}, and is never undone`];
        const open = undo.kind === "compensate" && undone !== "done" && undone !== "skipped";
        return open ? [`${name} ${happened}, and was not undone`] : [];
      });
    },
  },
  {
    name: "undo-order",
    says: "a step is undone when everything that came after it is",
    broken: ({ facts, seen, ...move }) =>
      begun(move, "undo").flatMap(({ step }) =>
        [...facts.after(step)].flatMap((later) => {
          const { effect, undone } = seenOf(seen, later);
          const open =
            facts.step(later).undo.kind === "compensate" && effect !== "no" && undone !== "done" && undone !== "skipped";
          return open ? [`${step} is undone before ${later}`] : [];
        }),
      ),
  },
  {
    name: "undone-once",
    says: "what was undone is not undone again, and what never happened is not undone",
    broken: ({ facts: _, seenBefore, ...move }) =>
      begun(move, "undo").flatMap(({ step }) => {
        const { undone } = seenOf(seenBefore, step);
        if (undone === "done" || undone === "skipped") return [`${step} is undone again`];
        return seenOf(move.seen, step).effect === "no" ? [`${step} is undone, and never happened`] : [];
      }),
  },
  {
    name: "program-order",
    says: "a step begins when all before it have happened, and only once",
    broken: ({ facts, from, seenBefore, seen, ...move }) =>
      begun({ from, ...move }, "forward").flatMap(({ step, id }) => {
        const early = [...facts.before(step)].filter((other) => seenOf(seen, other).effect !== "yes");
        const lived =
          from.calls.some((call) => call.step === step) ||
          from.timers.some(({ call }) => call !== null && facts.call(call).step.name === step);
        const again = seenOf(seenBefore, step).begun && !lived && !from.parked.includes(id);
        return [
          ...early.map((other) => `${step} begins, and ${other} has not happened`),
          ...(again ? [`${step} begins again`] : []),
        ];
      }),
  },
  {
    name: "accepted-once",
    says: "at most one attempt of a step is accepted",
    broken: ({ seenBefore, seen, ...move }) =>
      begun(move, "forward", "inquire")
        .filter(({ step }) => seenOf(seenBefore, step).effect === "yes" && seenOf(seen, step).effect === "yes")
        .map(({ id }) => `${id} is called, and the step has happened`),
  },
  {
    name: "no-way-back-after-the-pivot",
    says: "after the pivot nothing before it runs, nothing is undone, and the saga does not fail; while its outcome is open nothing else begins",
    broken: ({ facts, from, to, seen, seenBefore }) => {
      const fresh = begun({ from, to }, "forward", "inquire", "undo");
      if (seen.pivot === "passed") {
        const wrong = fresh.filter(({ kind, step }) => kind === "undo" || facts.step(step).zone !== "after");
        const failed = to.state.context.failure === null ? [] : ["the saga fails after its pivot"];
        return [...wrong.map(({ id }) => `${id} is called after the pivot`), ...failed];
      }
      if (seen.pivot !== "open" && seenBefore.pivot !== "open") return [];
      const open = facts.pivot !== null && seenOf(seen, facts.pivot.name).effect === "maybe";
      if (!open) return [];
      return fresh
        .filter(({ step }) => step !== facts.pivot?.name)
        .map(({ id }) => `${id} is called while the pivot's outcome is open`);
    },
  },
  {
    name: "goes-back-for-a-reason",
    says: "the saga goes back at a refusal, spent attempts, a cancel or its deadline, at once, and for nothing else; the first failure stays",
    broken: ({ from, to, expected }) => {
      const before = from.state.context.failure;
      const { failure } = to.state.context;
      if (before !== null) return JSON.stringify(before) === JSON.stringify(failure) ? [] : ["the first failure is forgotten"];
      if (expected.goesBack) return failure === null ? ["the saga does not go back"] : [];
      return failure === null ? [] : [`the saga goes back (${failure.name}) without a reason`];
    },
  },
  {
    name: "failing-stops-at-once",
    says: "once the saga goes back no step and no attempt begins, and what runs is told to abort",
    broken: ({ facts, from, to }) => {
      if (to.state.context.failure === null || to.status !== "running") return [];
      const fresh = begun({ from, to }, "forward").map(({ id }) => `${id} is called`);
      const ran = to.calls.filter(({ kind, abort, step }) => kind === "forward" && !abort && facts.step(step).zone === "before");
      const waits = to.timers.filter(({ call }) => call !== null && facts.call(call).kind === "forward" && !runs(to, call));
      return [
        ...fresh,
        ...ran.map(({ id }) => `${id} is not told to abort`),
        ...waits.map(({ call }) => `another attempt of ${call} is waited for`),
      ];
    },
  },
  {
    name: "undo-is-not-interrupted",
    says: "no failure, cancel or deadline stops an undo, and none runs beside the way forward",
    broken: ({ from, to, happening }) => {
      const mixed = to.calls.some(({ kind }) => kind === "undo") && to.calls.some(({ kind }) => kind !== "undo");
      const interrupted = happening.kind === "cancel" || (happening.kind === "due" && happening.call === null);
      const stopped = from.calls.filter(({ kind, identity, abort }) => {
        const now = to.calls.find((call) => call.identity === identity);
        return kind === "undo" && interrupted && (now === undefined || now.abort !== abort);
      });
      return [...(mixed ? ["a step is called while others are undone"] : []), ...stopped.map(({ id }) => `${id} is stopped`)];
    },
  },
  {
    name: "interruptions",
    says: "a cancel that comes too late changes nothing, one that comes while the pivot is open waits for it; a deadline is never lost",
    broken: ({ from, to, happening, seenBefore, seen }) => {
      if (happening.kind === "due" && happening.call === null) {
        return to.timers.some(({ call }) => call === null) ? ["the deadline is not heard"] : [];
      }
      if (happening.kind !== "cancel") return [];
      const late = seenBefore.pivot === "passed" || seenBefore.failing;
      if (late) return sameState(from, to) ? [] : ["a cancel that comes too late changes the saga"];
      if (seenBefore.pivot !== "open") return [];
      if (to.state.context.latched === null || !seen.latched) return ["the cancel is forgotten"];
      const same = from.calls.every(({ identity, abort }) =>
        to.calls.some((call) => call.identity === identity && call.abort === abort),
      );
      return same && from.calls.length === to.calls.length ? [] : ["the cancel interferes with the pivot"];
    },
  },
  {
    name: "what-comes-is-heard",
    says: "an answer that is waited for, a timer that is due and a person's word each have their effect",
    broken: ({ from, to, happening, facts }) => {
      switch (happening.kind) {
        case "answers":
        case "refuses": {
          const call = from.calls.find(({ id }) => id === happening.call);
          const deaf = call !== undefined && to.calls.some(({ identity }) => identity === call.identity);
          return deaf ? [`the answer of ${happening.call} is not heard`] : [];
        }
        case "due":
          if (happening.call === null) return [];
          return to.timers.some(({ key }) => key === happening.key) ? [`${words(happening.key)} is not heard`] : [];
        case "verb": {
          if (!to.parked.includes(happening.call)) {
            const called = to.calls.some(({ id }) => id === happening.call);
            const wants =
              happening.verb === "retry" ||
              (happening.verb === "didNotHappen" && facts.call(happening.call).step.zone === "after");
            return wants && !called ? [`${happening.call} is not tried again`] : [];
          }
          return [`the word about ${happening.call} is not heard`];
        }
        default:
          return [];
      }
    },
  },
  {
    name: "retries-are-kept",
    says: "no call is made more often than its budget allows; while attempts are left there is another, after an inquiry if the step has one",
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
          : from.calls.filter(({ id, kind, identity }) => {
              const once = kind !== "inquire" && facts.call(id).call.retry.attempts === 1;
              return once && to.calls.some((call) => call.identity === identity);
            });
      const failing = to.state.context.failure !== null;
      const due = expected.next.filter(({ after, is }) => !(failing && is === "pause" && facts.call(after).kind === "forward"));
      const missing = due.filter(({ after, is }) => {
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
  },
  {
    name: "parks-for-a-reason",
    says: "a person is asked when only a person can help, and then always",
    broken: ({ from, to, expected }) => {
      const fresh = to.parked.filter((id) => !from.parked.includes(id));
      const failing = to.state.context.failure !== null;
      const missing = expected.parks.filter((id) => !to.parked.includes(id) && !(failing && !id.endsWith(".undo")));
      const extra = fresh.filter((id) => !expected.parks.includes(id));
      return [...missing.map((id) => `${id} is not parked`), ...extra.map((id) => `${id} is parked without need`)];
    },
  },
  {
    name: "time-limits-are-kept",
    says: "each call has its time limit, told to abort it has a second to settle, and each pause is within its bounds; the deadline stands",
    broken: ({ facts, from, to, happening, seen }) => [
      ...to.calls.flatMap((call) => wrongLimit(facts, to, call)),
      ...to.timers.flatMap((timer) => wrongPause(facts, to, timer, seen)),
      ...lostDeadline(facts, to),
      ...skippedGrace(from, to, happening),
    ],
  },
  {
    name: "calls-have-one-identity",
    says: "each attempt has a number of its own, the next one; a fresh idempotency key only after 'it did not happen'",
    broken: ({ facts, from, to, seen }) =>
      facts.plan.steps.flatMap((step) => {
        const before = recordAt(from.state.context, step.place);
        const after = recordAt(to.state.context, step.place);
        if (before === after) return [];
        return [...countsWrong(step.name, before, after, from, to), ...keyWrong(step.name, before, after, seen)];
      }),
  },
];

// ---- pieces

/** Calls that are wanted now, and were not before. */
function begun({ from, to }: Pick<Move, "from" | "to">, ...kinds: readonly WantedCall["kind"][]): WantedCall[] {
  return to.calls.filter(({ identity, kind }) => kinds.includes(kind) && !from.calls.some((call) => call.identity === identity));
}

function runs(look: Look, id: string): boolean {
  return look.calls.some((call) => call.id === id);
}

/** Nothing changed, not even what is not looked at. */
export function sameState({ state: from }: Look, { state: to }: Look): boolean {
  if (from === to) return true;
  return (
    JSON.stringify(from.value) === JSON.stringify(to.value) &&
    (from.context === to.context || JSON.stringify(from.context) === JSON.stringify(to.context))
  );
}

function words(key: string): string {
  return `the timer ${key.replace(/#\d+$/, "")}`;
}

const GRACE_MS = 1000;

function wrongLimit(facts: Facts, look: Look, call: WantedCall): string[] {
  const limits = look.timers.filter((timer) => timer.call === call.id);
  const [limit] = limits;
  if (limit === undefined || limits.length > 1)
    return [`${call.id} has ${limits.length === 0 ? "no time limit" : "several time limits"}`];
  const limitMs = call.abort ? GRACE_MS : facts.call(call.id).call.timeoutMs;
  return limit.delayMs === limitMs ? [] : [`the time limit of ${call.id} is ${limit.delayMs} ms, not ${limitMs}`];
}

function wrongPause(facts: Facts, look: Look, timer: WantedTimer, seen: Seen): string[] {
  if (timer.call === null || runs(look, timer.call)) return [];
  const { kind, step, call } = facts.call(timer.call);
  const { backoffMinMs, backoffMaxMs, attempts: of } = call.retry;
  const { attempts, inquiries, undos } = seenOf(seen, step.name);
  const attempt = of === null ? null : { forward: attempts, inquire: inquiries, undo: undos }[kind];
  const upToMs = attempt === null ? backoffMaxMs : Math.max(backoffMinMs, Math.min(backoffMaxMs, backoffMinMs * 2 ** attempt));
  const fits = timer.delayMs >= backoffMinMs && timer.delayMs <= upToMs;
  return fits
    ? []
    : [`the pause before the next attempt of ${timer.call} is ${timer.delayMs} ms, not within ${backoffMinMs} to ${upToMs}`];
}

function lostDeadline({ plan }: Facts, look: Look): string[] {
  if (look.status !== "running") return [];
  const { overdue, latched, failure } = look.state.context;
  if (overdue || latched === "DeadlinePassed" || failure?.name === "DeadlinePassed") return [];
  const deadline = look.timers.find(({ call }) => call === null);
  if (deadline === undefined) return ["the saga has no deadline"];
  return deadline.delayMs === plan.timeoutMs ? [] : [`the deadline is ${deadline.delayMs} ms, not ${plan.timeoutMs}`];
}

/** Whose time is up is told to abort, and its answer is waited for a little longer. */
function skippedGrace(from: Look, to: Look, happening: Move["happening"]): string[] {
  if (happening.kind !== "due" || happening.call === null) return [];
  const call = from.calls.find(({ id }) => id === happening.call);
  if (call === undefined || call.abort) return [];
  const told = to.calls.some(({ identity, abort }) => identity === call.identity && abort);
  return told ? [] : [`${call.id} is not told to abort when its time is up`];
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
