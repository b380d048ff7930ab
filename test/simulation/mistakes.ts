/** A mistake as texts to be replaced in files of the runtime; each text stands there exactly once. */
export interface Planted {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

export const PLANTED: readonly Planted[] = [
  {
    name: "the store looks at no fence",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: 'if (lease.owner !== part.lease.owner || lease.epoch !== part.lease.epoch) return "fenced";',
        replace: "",
      },
    ],
  },
  {
    name: "a lease is given while another holds it",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: "if (lease.owner !== null && lease.owner !== owner && lease.expiresAtMs > nowMs) return null;",
        replace: "",
      },
    ],
  },
  {
    name: "taking a lease does not raise its epoch",
    edits: [
      { file: "store/memory/memory-store.ts", find: "lease.epoch += 1;", replace: "lease.epoch = Math.max(1, lease.epoch);" },
    ],
  },
  {
    name: "a timer that was set is lost",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: "for (const wanted of part.setTimers) {",
        replace: "for (const wanted of part.setTimers.slice(1)) {",
      },
    ],
  },
  {
    name: "timers are lost on hand-over",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: "lease.owner = null;\n",
        replace:
          "lease.owner = null;\n      const { timers } = this.#share(given.partition);\n      for (let first = timers.at(0); first !== undefined; first = timers.at(0)) timers.delete(first);\n",
      },
    ],
  },
  {
    name: "a commit in two halves: its commands are consumed a moment later",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: "for (const { id, position, result } of part.consume) {",
        replace: "this.#clock.schedule(50, () => { for (const { id, position, result } of part.consume) {",
      },
      {
        file: "store/memory/memory-store.ts",
        find: "share.pending.delete(id);\n    }\n",
        replace: "share.pending.delete(id);\n    } });\n",
      },
    ],
  },
  {
    name: "a lost reply is taken for a commit: effect before commit",
    edits: [
      {
        file: "engine/writer.ts",
        find: "open: unknown ? await this.#unsettled(held) : held,",
        replace:
          'open: held.filter((pending) => {\n          if (unknown) this.#events.concluded(pending, [{ status: "committed", version: 0, atMs: this.#ports.clock.now() }]);\n          return !unknown;\n        }),',
      },
    ],
  },
  {
    name: "resend on: a commit is repeated without reading, and the store looks at no version",
    edits: [
      { file: "engine/writer.ts", find: "open: unknown ? await this.#unsettled(held) : held,", replace: "open: held," },
      {
        file: "store/memory/memory-store.ts",
        find: 'if ((there?.version ?? 0) !== part.expectedVersion) return "conflict";',
        replace: "",
      },
    ],
  },
  {
    name: "a command of an id that is there is appended again: a signal is taken twice",
    edits: [
      {
        file: "store/memory/memory-store.ts",
        find: 'if (there !== undefined) return { status: "duplicate", kind: there.kind, payload: there.payload };',
        replace: "",
      },
    ],
  },
  {
    name: "keys without direction",
    edits: [
      {
        file: "engine/keys.ts",
        find: 'return [...whose, kind, generation].join("/");',
        replace: 'return [...whose, generation].join("/");',
      },
    ],
  },
  {
    name: "what may have run is not marked",
    edits: [
      { file: "engine/running.ts", find: "redelivered: member.redelivered.has(identity),", replace: "redelivered: false," },
    ],
  },
  {
    name: "a call's time limit is kept by nobody",
    edits: [
      {
        file: "engine/running.ts",
        find: "if (limitMs !== null) this.limits.begin(",
        replace: "if (limitMs === -1) this.limits.begin(",
      },
    ],
  },
  {
    name: "a call's time is over too early",
    edits: [
      {
        file: "engine/time-limits.ts",
        find: "const dueMonotonicMs = nowMs + limitMs;",
        replace: "const dueMonotonicMs = nowMs + limitMs / 2;",
      },
      {
        file: "engine/time-limits.ts",
        find: "schedule(Math.ceil(limitMs), look)",
        replace: "schedule(Math.ceil(limitMs / 2), look)",
      },
    ],
  },
  {
    name: "the end of a call's time is told to nobody",
    edits: [
      {
        file: "engine/loop.ts",
        find: "ranOut: (holding, family, input) => this.#take(holding, family, input),",
        replace: "ranOut: () => undefined,",
      },
    ],
  },
  {
    name: "that a call may have run is left out of the history",
    edits: [
      {
        file: "engine/parts.ts",
        find: "records: records.map(",
        replace: 'records: records.filter(({ type }) => type !== "recovered").map(',
      },
    ],
  },
  {
    name: "what a worker between left to the next is not marked",
    edits: [{ file: "engine/recover.ts", find: " || envelope.mayHaveRun?.includes(identity) === true", replace: "" }],
  },
  {
    name: "a call that a commit left to another owner is made here",
    edits: [{ file: "engine/running.ts", find: "if (member.state.undelivered.includes(identity)) continue;", replace: "" }],
  },
  {
    name: "what was consumed while commands were read is taken again",
    edits: [{ file: "engine/intake.ts", find: " || holding.consumed.has(command.position)", replace: "" }],
  },
  {
    name: "a worker looks at no `max`",
    edits: [{ file: "engine/gate.ts", find: 'if (this.running >= this.max) return "max";', replace: "" }],
  },
  {
    name: "a rate counts no calls that have begun",
    edits: [
      {
        file: "engine/gate.ts",
        find: "this.#held + this.#recent(nowMs) >= this.#rate.calls",
        replace: "this.#held >= this.#rate.calls",
      },
    ],
  },
  {
    name: "a call that nobody waits for any more keeps its turn",
    edits: [{ file: "engine/running.ts", find: "this.#turnOf.get(controller)?.end(false);", replace: "" }],
  },
  {
    name: "a call that waited has its turn, and no commit is asked for",
    edits: [{ file: "engine/loop.ts", find: 'family.queue.push({ kind: "continue", members: [member] });', replace: "" }],
  },
  {
    name: "a call that waits is made without a commit",
    edits: [
      {
        file: "engine/running.ts",
        find: "if (member.state.undelivered.includes(identity)) continue;",
        replace: "if (member.state.undelivered.includes(identity) && member.state.undelivered.length > 1) continue;",
      },
    ],
  },
  {
    name: "the fold of a log skips a record",
    edits: [
      {
        file: "engine/logged.ts",
        find: "for (const { record: text } of records) {",
        replace: "for (const { record: text } of records.slice(1)) {",
      },
    ],
  },
  {
    name: "what stands beside a log is not written",
    edits: [{ file: "engine/kept.ts", find: "rest === before ? null : rest", replace: "null" }],
  },
  {
    name: "what stands beside a log is not read",
    edits: [
      {
        file: "engine/logged.ts",
        find: "const rest = log.rest ?? restOf(before);",
        replace: "const rest = restOf(before);",
      },
    ],
  },
  {
    name: "attempts: one too few is counted",
    edits: [
      {
        file: "engine/attempts.ts",
        find: "reduce((sum, { times }) => sum + times, 1)",
        replace: "reduce((sum, { times }) => sum + times, 0)",
      },
    ],
  },
  {
    name: "attempts: one more record than is counted is replaced",
    edits: [{ file: "engine/attempts.ts", find: "  let replaces = attempt;", replace: "  let replaces = attempt + 1;" }],
  },
  {
    name: "attempts: those that are counted are folded as one",
    edits: [{ file: "engine/replay.ts", find: "made < record.times", replace: "made < 1" }],
  },
  {
    name: "retention: a saga is removed before its time",
    edits: [{ file: "store/memory/remove.ts", find: "overSince(share, nowMs - keepMs)", replace: "overSince(share, nowMs)" }],
  },
  {
    name: "retention: what still runs after the end is removed",
    edits: [{ file: "store/edge.ts", find: " && !live && ", replace: " && " }],
  },
  {
    name: "retention: every root is held to go on after its end",
    edits: [
      {
        file: "engine/parts.ts",
        find: "live: hasWork(state) || (root && ",
        replace: "live: hasWork(state) || root || (root && ",
      },
    ],
  },
  {
    name: "retention: what a saga ran stays",
    edits: [{ file: "store/memory/remove.ts", find: "left = takeChildren(share, sagaId, left);", replace: "" }],
  },
  {
    name: "retention: results of commands go with the saga",
    edits: [
      {
        file: "store/memory/remove.ts",
        find: "left = takeChildren(share, sagaId, left);",
        replace: "left = takeChildren(share, sagaId, left);\n    left = takeCommands(share, sagaId, left);",
      },
    ],
  },
  {
    name: "retention: an id is free while participants remember it",
    edits: [
      {
        file: "worker/retention.ts",
        find: "rememberMs: Math.max(atLeastMs, ...familyOf(saga, definitions).map(keepForMs))",
        replace: "rememberMs: atLeastMs + 0 * familyOf(saga, definitions).map(keepForMs).length",
      },
    ],
  },
  {
    name: "retention: a search finds what was removed",
    edits: [{ file: "store/memory/share.ts", find: "root === null && !removed && fits", replace: "root === null && fits" }],
  },
  {
    name: "retention: what is asked of a removed saga is carried on",
    edits: [
      {
        file: "engine/draft.ts",
        find: "if (family.removed !== null) return afterRemoval(family, inputs, options, family.removed);",
        replace: "",
      },
    ],
  },
  {
    name: "retention: what is forgotten leaves its commands",
    edits: [
      {
        file: "store/memory/remove.ts",
        find: "left = takeCommands(share, sagaId, left);\n",
        replace: "takeCommands(share, sagaId, 0);\n",
      },
    ],
  },
  {
    name: "retention: whatever is refused is said to be removed",
    edits: [
      {
        file: "client/handle.ts",
        find: 'REFUSALS.find((code) => code === result.code) ?? "RT1005"',
        replace: 'REFUSALS.find((code) => code === (result.code && "RT3010")) ?? "RT1005"',
      },
    ],
  },
  {
    name: "retention: nobody hears of a new saga under a forgotten id",
    edits: [
      {
        file: "store/memory/remove.ts",
        find: "share.live.delete(sagaId);",
        replace: "share.live.delete(sagaId);\n    Object.assign(share, { forgot: true });",
      },
      {
        file: "store/memory/memory-store.ts",
        find: "share.pending.set(id, entry);",
        replace: 'if (!("forgot" in share)) share.pending.set(id, entry);',
      },
    ],
  },
];
