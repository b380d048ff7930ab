import type { Body, Endings } from "./build.ts";
import { FOREVER, TWICE } from "./kit.ts";

const PIVOT = { step: "p", kind: "pivot", retry: FOREVER } as const;

/** Small sagas of every construct, and of constructs within each other. */
export const CONSTRUCTS: Readonly<Record<string, readonly [body: Body, endings?: Endings]>> = {
  "a try with another path": [["a", { body: ["b"], else: ["c"] }]],
  "a try that is gone on without": [[{ body: ["a", "b"], else: "continue" }, "c"]],
  "a try that fails the saga": [["a", { body: ["b"], else: "fail" }]],
  "a try that a person decides about": [[{ body: ["a"], else: "park" }, "b"]],
  "a try with a time limit": [[{ body: ["a"], else: ["b"], within: 5000 }]],
  "a try in a try": [[{ body: ["a", { body: ["b"], else: "fail" }], else: ["c"] }]],
  "a try in the other path of one": [[{ body: ["a"], else: [{ body: ["b"], else: "fail" }] }]],
  "a try that a person decides about, in a try": [[{ body: [{ body: ["a"], else: "park" }], else: ["b"] }]],
  "a try that fails at once": [[{ body: [{ fails: "Bad" }], else: ["a"] }]],
  "a try behind the pivot": [[PIVOT, { body: [{ step: "a", undo: false, on: { E: "fail" } }], else: ["b"], within: 500 }]],
  "a race": [[{ race: [["a"], ["b"]] }]],
  "a race of which a branch fails": [["a", { race: [["b"], [{ fails: "Bad" }]] }]],
  "a race that nobody wins": [["a", { race: [[{ fails: "Bad" }], [{ fails: "Worse" }]] }, "b"]],
  "a race against nothing": [[{ race: [["a"], []] }, "b"]],
  "a race against time": [[{ race: [["a"], [{ sleep: 10 }]] }]],
  "a race of waits": [[{ race: [[{ signals: { ok: [] } }], [{ signals: { no: [{ fails: "No" }] } }]] }, "a"]],
  "a race of items": [[{ race: [[{ foreach: "f", each: ["i"] }], [{ foreach: "g", each: ["j"], onFailure: "continue" }]] }]],
  "a group that waits": [[{ group: [["a"], ["b"]], onFailure: "wait" }]],
  "a group that fails at once": [[{ group: [["a"], [{ fails: "Bad" }]] }]],
  "a group that waits, and fails": [[{ group: [["a"], [{ fails: "Bad" }]], onFailure: "wait" }]],
  "a try beside a step": [[{ group: [[{ body: [{ sleep: 10 }, "a"], else: ["b"] }], [{ sleep: 20 }]] }]],
  "two ways": [["a", { arms: [["b"]], otherwise: ["c"] }]],
  "one of two ways that fails": [["a", { arms: [[{ fails: "Bad" }], []] }, "b"]],
  "ways in a try": [[{ body: ["a", { arms: [[{ fails: "Bad" }]] }], else: ["b"] }]],
  "an error that is gone on without, one with another path, one for a person": [
    [{ step: "a", on: { E: "continue", F: ["x"], G: "park" } }, "b"],
  ],
  "an error with attempts of its own": [[{ step: "a", retry: TWICE, on: { E: { retry: TWICE, else: "continue" } } }]],
  "such an error, and an inquiry": [
    [{ step: "a", inquire: true, retry: TWICE, on: { E: { retry: TWICE, else: ["x"] }, F: "fail" } }],
  ],
  "the other path of an error in a try": [[{ body: [{ step: "a", on: { E: ["x"] } }], else: "continue" }]],
  "the other path of an error, which fails": [[{ step: "a", on: { E: [{ fails: "Bad" }] } }, "b"]],
  "best effort": [[{ step: "a", kind: "best-effort", retry: TWICE, inquire: true, on: { E: "fail" } }, "b"]],
  "retry, then a failure of its own": [
    [{ step: "a", retry: TWICE, exhaustedWith: { name: "Bad", data: null, summary: "failed with Bad" }, on: { E: "fail" } }, "b"],
  ],
  "the same with an inquiry, in a try": [
    [
      {
        body: ["a", { step: "b", inquire: true, exhaustedWith: { name: "Bad", data: null, summary: "failed with Bad" } }],
        else: ["c"],
      },
    ],
  ],
  "retry, then park": [[{ step: "a", retry: TWICE, exhausted: "park" }]],
  "retry, then park, in a try": [[{ body: [{ step: "a", exhausted: "park", on: { E: "park" } }], else: ["b"] }]],
  "a pivot on one of two ways, and what may be behind it": [
    ["a", { arms: [[PIVOT]] }, { step: "m", retry: FOREVER, on: { E: "continue", F: ["x"], G: "park" } }],
  ],
  "a compute where the pivot may have passed": [[{ arms: [[PIVOT]] }, { compute: "f" }, { step: "m", retry: FOREVER }]],
  "a pivot on each of two ways": [[{ arms: [[PIVOT, { step: "y", retry: FOREVER }]], otherwise: [{ ...PIVOT, step: "q" }] }]],
  "a pivot that can be gone on without": [
    [
      { ...PIVOT, inquire: true, on: { E: "fail", F: ["x"] } },
      { step: "m", retry: FOREVER },
    ],
  ],
  "a pivot with attempts for an error": [["a", { ...PIVOT, retry: TWICE, on: { E: { retry: TWICE, else: "fail" } } }]],
  "a sleep": [["a", { sleep: 1000 }, "b"]],
  "a wait for one of two signals": [["a", { signals: { ok: ["b"], no: [{ fails: "Bad" }] }, limit: 1000 }]],
  "a wait for what matches": [[{ signals: { ok: [], no: ["a"] }, where: true, limit: 1000, else: "continue" }, "b"]],
  "a wait, then a person": [[{ signals: { ok: [] }, limit: 1000, else: "park" }, "a"]],
  "a wait, then another path": [[{ signals: { ok: [] }, limit: 1000, else: ["a", { fails: "Late" }] }, "b"]],
  "a wait in a try with a time limit": [
    [{ body: [{ signals: { ok: ["a"] }, where: true, limit: 50 }], else: ["b"], within: 500 }],
  ],
  "two waits at once": [[{ group: [[{ signals: { ok: [] } }], [{ signals: { ok: [], no: ["a"] }, where: true }]] }]],
  "a wait and a sleep alone": [[{ sleep: 10 }, { signals: { ok: [] } }]],
  "a compute": [["a", { compute: "f" }, "b"]],
  "a compute beside a step, in a try": [[{ body: [{ group: [[{ compute: "f" }], ["a"]] }], else: [{ compute: "g" }] }]],
  items: [["a", { foreach: "f", each: ["i"] }, "b"]],
  "items that end before anything is undone": [[{ foreach: "f", each: ["i"], onFailure: "wait" }, "b"]],
  "items that fail alone": [[{ foreach: "f", each: ["i"], onFailure: "continue" }, "b"]],
  "items in a try": [[{ body: [{ foreach: "f", each: ["i"] }, "a"], else: ["b"] }]],
  "items behind the pivot": [[PIVOT, { foreach: "f", each: [{ step: "i", retry: FOREVER }] }]],
  rounds: [["a", { repeat: "r", round: ["i"], max: 3, every: 10, else: "fail" }]],
  "many rounds, then another path": [[{ repeat: "r", round: ["i"], max: 20, else: ["a"] }, "b"]],
  "rounds, then a person": [[{ repeat: "r", round: ["i"], max: 2, else: "park" }, "a"]],
  "rounds without end, in a try": [
    [{ body: [{ repeat: "r", round: ["i"], max: null, every: 10, else: "fail" }], else: ["a"], within: 99 }],
  ],
  "rounds in a group that waits": [
    [{ group: [[{ repeat: "r", round: ["i"], max: 2, else: "fail" }], ["a"]], onFailure: "wait" }],
  ],
  "a called saga": [[{ call: "k", on: { E: "continue", F: ["x"] } }, "a"]],
  "a called saga, called again": [[{ call: "k", on: { E: { retry: TWICE, else: "park" } }, retry: TWICE, else: ["x"] }, "a"]],
  "a called saga in a race": [[{ race: [[{ call: "k", else: "park" }], ["a"]] }]],
  "called sagas behind the pivot": [
    [PIVOT, { call: "k", on: { E: "continue" }, else: "park" }, { call: "l", retry: FOREVER, else: "park" }],
  ],
  endings: [["a"], { completed: ["x"], compensated: ["y"] }],
  "endings that compute": [["a"], { completed: [{ compute: "f" }, "x"], compensated: [{ compute: "g" }, "y"] }],
  "endings of more than one step": [
    ["a", PIVOT],
    { completed: ["x", { sleep: 10 }, { step: "y", retry: TWICE, on: { E: "fail" } }], compensated: [{ group: [["u"], ["v"]] }] },
  ],
};
