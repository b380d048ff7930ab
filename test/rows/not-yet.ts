/** Of each row of what is not available yet a saga that says it, and nothing else that is wrong. */

const before = (statements: string, head = ""): string =>
  `service s { fenced }\nerror E\nsaga A { timeout 1h ${head} step a on s { output { x: int } throws E compensate undo_a } ${statements} }\n`;
const clause = (text: string): string =>
  `service s { fenced }\nsaga A { timeout 1h step a on s { ${text} compensate undo_a } }\n`;
const collect = (text: string): string => before(`collect go for 1h ${text}`, "signal go { n: int }");
const first = (text: string): string =>
  before(`first i in input.l ${text} { step b on s { compensate undo_b } } otherwise fail`, "input { l: int[] }");
const start = (text: string): string =>
  `service s { fenced }\nsaga B { timeout 1h input { n: int } step b on s { input { input.n } compensate undo_b } }\n${before(`start B { ${text} }`).replace("service s { fenced }\n", "")}`;

export const NOT_YET_SOURCES: Readonly<Record<string, string>> = {
  "Not available yet: collect s for d as x": collect("as all"),
  "Not available yet: first x in list { … } otherwise …": first(""),
  "Not available yet: parallel first n { … }": before(
    "parallel first 1 { step b on s { compensate undo_b } step c on s { compensate undo_c } }",
  ),
  "Not available yet: start S { … }": start("input { n: 1 }"),
  "Not available yet: undo a": before("undo a"),
  "Not available yet: on undo { … }": before("on undo { step b on s { } }"),
  "Not available yet: publish x = expr": before("publish x = 1"),
  "Not available yet: lock expr wait d": before('lock "a" wait 5s'),
  "Not available yet: confirm op { … }": clause("confirm c"),
  "Not available yet: emits E": clause("emits Done"),
  "Not available yet: compensate op first":
    "service s { fenced }\nsaga A { timeout 1h step a on s { compensate undo_a first } }\n",
  "Not available yet: choreographed saga S { … }": clause("").replace("saga A", "choreographed saga A"),
  "a file: choreographed": clause("").replace("saga A", "choreographed saga A"),
  "a step: confirm": clause("confirm c"),
  "a step: lock": clause('lock "a" wait 5s'),
  "a step: emits": clause("emits Done"),
  "a `first`: as": first("as x"),
  "a `first`: where": first("where i > 1"),
  "a `collect`: for": collect("as all"),
  "a `collect`: by": before("collect go by input.due as all", "input { due: datetime } signal go"),
  "a `collect`: as": collect("as all"),
  "a `collect`: where": collect("as all where go.n > 1"),
  "a `collect`: max": collect("as all max 3"),
  "a `collect`: until": collect("as all until length(all) > 1"),
  "a `start`: input": start("input { n: 1 }"),
  "a `start`: key": start('input { n: 1 } key "k"'),
};
