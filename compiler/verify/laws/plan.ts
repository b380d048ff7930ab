import type { Law, Move } from "./law.ts";

export const POLICIES_ARE_KEPT: Law = {
  name: "policies-are-kept",
  says: "an error is followed by what is written for it: another attempt, the other path, a person, going on without it, or the way back",
  broken: (move) => {
    const { happening, facts } = move;
    if (happening.kind !== "refuses") return [];
    const { policies, otherwise, name } = facts.call(happening.call).step;
    const policy = policies.find(({ error }) => error === happening.error);
    const plain = policy === undefined ? otherwise === null : policy.retry === null && policy.outcome.kind === "fail";
    if (plain) return [];
    return astray(move).map((what) => `${name} answered ${happening.error}, and ${what}`);
  },
};

export const BEST_EFFORT_STOPS_NOTHING: Law = {
  name: "best-effort-stops-nothing",
  says: "a best-effort step never turns the saga back, and is not undone",
  broken: ({ facts, from, to, happening }) => {
    const call = happening.kind === "answers" || happening.kind === "due" ? happening.call : null;
    if (call === null || !facts.calls.includes(call) || facts.call(call).step.exhausted !== "continue") return [];
    // A group that waits may go back for the failure of another once this one has ended.
    const fails = from.state.context.failure === null && to.state.context.failure?.step === facts.call(call).step.name;
    return fails ? [`${call} turns the saga back`] : [];
  },
};

export const SIGNALS_ARE_TAKEN_ONCE: Law = {
  name: "signals-are-taken-once",
  says: "a signal that matches ends the one wait that it is for, by its case; one that does not match changes nothing, and its wait goes on",
  broken: (move) => {
    const { happening, seen, from, to } = move;
    if (happening.kind !== "signal") return [];
    const taken = seen.waits[happening.wait]?.end === "received";
    if (!taken) return to.waits.includes(happening.wait) ? [] : [`${happening.wait} takes a signal that does not match`];
    const others = from.waits.filter(
      (id) => id !== happening.wait && !to.waits.includes(id) && move.expected.standing.going.has(id),
    );
    return [
      ...others.map((id) => `${id} takes the signal, too`),
      ...astray(move).map((what) => `the signal has come, and ${what}`),
    ];
  },
};

export const CONDITIONS_DECIDE: Law = {
  name: "conditions-decide",
  says: "where the way depends on data the data is asked, in the order that is written, and the first condition that holds decides",
  broken: ({ expected: { unasked } }) => unasked.map((condition) => `nobody asks whether ${condition} holds`),
};

export const KEEPS_TO_ITS_PLAN: Law = {
  name: "keeps-to-its-plan",
  says: "what is come to begins at once and goes on until it ends, what is to be undone is, and nothing else runs",
  general: true,
  broken: (move) => astray(move),
};

/** Where a machine is not where its plan says, in words. */
function astray({ facts, to, expected: { standing } }: Move): string[] {
  const forward = new Set<string>(to.waits);
  const backward = new Set<string>();
  const note = (call: string): void => {
    if (!facts.calls.includes(call)) {
      if (facts.waits.has(call)) forward.add(call);
      return;
    }
    const { kind, step } = facts.call(call);
    (kind === "undo" ? backward : forward).add(step.name);
  };
  for (const { id } of to.calls) note(id);
  for (const { call } of to.timers) if (call !== null) note(call);
  for (const id of to.parked) note(id);
  const found = [
    ...[...standing.going].filter((name) => !forward.has(name)).map((name) => `${name} does not go on`),
    ...[...forward].filter((name) => !standing.going.has(name)).map((name) => `${name} goes on, and should not`),
    ...[...standing.undoing].filter((name) => !backward.has(name)).map((name) => `${name} is not undone`),
    ...[...backward].filter((name) => !standing.undoing.has(name)).map((name) => `${name} is being undone, and should not`),
  ];
  const phase = to.status === "running" ? phaseOf(to.state.value) : to.status;
  return phase === standing.phase ? found : [...found, `the saga is ${phase}, and should be ${standing.phase}`];
}

function phaseOf(value: unknown): string {
  return typeof value === "object" && value !== null ? (Object.keys(value)[0] ?? "nowhere") : String(value);
}
