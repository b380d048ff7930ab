import { step } from "../kit/sagas.ts";
import { ERROR, INPUT, inCondition, inSaga, inStep, inValue, type Mistake } from "./mistake.ts";

/** Signs and words of other languages. */
export const HABITS: readonly Mistake[] = [
  inStep(
    "a semicolon at the end",
    "timeout 5s«;» compensate release",
    "SAGA1026",
    "Leave it out",
    "timeout 5s compensate release",
  ),
  inCondition("`===`", 'input.sku «===» "a"', "SAGA1028", "Write `==`.", 'input.sku == "a"'),
  inCondition("`=` that compares", 'input.sku «=» "a"', "SAGA1028", "Write `==`.", 'input.sku == "a"'),
  inCondition(
    "`&&`",
    "input.express «&&» input.quantity > 1",
    "SAGA1028",
    "Write `and`.",
    "input.express and input.quantity > 1",
  ),
  inCondition("`AND` as in SQL", "input.express «AND» true", "SAGA1001", "Write `and`.", "input.express and true"),
  inCondition("`in` as in SQL", 'input.sku «in» ["a"]', "SAGA1001", "`contains(list, value)`", 'contains(["a"], input.sku)'),
  inCondition("`undefined`", "input.note == «undefined»", "SAGA2001", "Did you mean `null`?", "input.note == null"),
  inCondition("a text that counts as true", "«input.note»", "SAGA3012", "`… != null`", "input.note != null"),
  inCondition("the length of a list", "input.lines.«length» > 0", "SAGA3001", "Write `length(…)`.", "length(input.lines) > 0"),
  inValue("single quotes", "«'a'»", "SAGA1027", 'Write the text in double quotes: `"…"`.', '"a"'),
  inValue("a template", "«`order ${input.orderId}`»", "SAGA1027", '`"… ${value} …"`', '"order ${input.orderId}"'),
  inValue("texts that are added", '«"order "» + input.orderId', "SAGA3012", '`"${first} ${second}"`', '"order ${input.orderId}"'),
  inValue("`.map`", "input.lines.«map»(l => l.sku)", "SAGA1012", "`items[].sku` is the list of all `sku`", "input.lines[].sku"),
  inValue("a method of `Math`", "Math.«max»(1, input.quantity)", "SAGA1012", "`max(a, b)`", "max(1, input.quantity)"),
  inValue("an exponent", "«1.5e3»", "SAGA1024", "Write `1500`.", "1500"),
  inValue("a negative exponent", "«15e-4»", "SAGA1024", "Write `0.0015`.", "0.0015"),
  inValue("an exponent that is too large to write", "«1e300»", "SAGA1024", "Numbers have no exponents. Write it out.", "1000"),
  inValue("a hexadecimal number", "«0xFF»", "SAGA1024", "Write `255`.", "255"),
  inValue(
    "a number that counts where a negated one is absent",
    "-«input.left» ?? 0",
    "SAGA3013",
    "write `-(input.left ?? 0)`",
    "-(input.left ?? 0)",
  ),
  inCondition(
    "a written date",
    'input.due > «"2026-01-01"»',
    "SAGA3012",
    "No datetime is written in a source",
    "input.due > input.from",
  ),
  inCondition(
    "a written date that is compared",
    '«input.day == "2026-01-01"»',
    "SAGA3016",
    "No date is written in a source",
    "input.day == input.today",
  ),
  inCondition(
    "a text as a date",
    "input.due > «input.sku»",
    "SAGA3012",
    "say `datetime` in place of `string`",
    "input.due > input.from",
  ),
  inSaga(
    "a written date in the data of an error",
    `if true { fail Late { at: «"2026-01-01T10:00:00Z"» } }\n${step("reserve")}`,
    "SAGA3051",
    "take it from a field of type `datetime` of the `input`",
    `if true { fail Late { at: input.due } }\n${step("reserve")}`,
    { before: "error Late { at: datetime }", input: INPUT },
  ),
  inValue("`x++`", "input.quantity+«+»", "SAGA1001", "`let next = value + 1`", "input.quantity + 1"),
  inValue(
    "`if` as an expression",
    "«if» input.express then 1 else 2",
    "SAGA1001",
    "`condition ? a : b`",
    "input.express ? 1 : 2",
  ),
  inSaga(
    "`const`",
    "«const» a = 1\nstep reserve on inventory { input { a } compensate release }",
    "SAGA1012",
    "Did you mean `let`?",
    "let a = 1\nstep reserve on inventory { input { a } compensate release }",
  ),
  inSaga(
    "a `let` with its type",
    "let a«:» int = 1\nstep reserve on inventory { input { a } compensate release }",
    "SAGA1012",
    "Leave the `:` and the type out.",
    "let a = 1\nstep reserve on inventory { input { a } compensate release }",
  ),
  inSaga(
    "a name for the signal of a case",
    'await any { on approved «as» a where a.by != "" { step reserve on inventory { input { a.by } compensate release } } on rejected { } } timeout 5m',
    "SAGA1012",
    "the signal is called by its own name, `approved`",
    'await any { on approved where approved.by != "" { step reserve on inventory { input { approved.by } compensate release } } on rejected { } } timeout 5m',
    { head: "signal approved { by: string }\nsignal rejected" },
  ),
  ...["«as» tries max 3", "max 3 «as» tries"].map((head) =>
    inSaga(
      "a name for the result of a `repeat`",
      `repeat ${head} { readonly step look on inventory { output { ok: boolean } } } until tries.ok\nlet ok = tries.ok`,
      "SAGA1012",
      "behind the `repeat` the names of its block stand for the last round",
      `repeat max 3 { readonly step look on inventory { output { ok: boolean } } } until look.ok\nstep reserve on inventory { input { look.ok } compensate release }`,
    ),
  ),
  ...["foreach line in input.lines max «input».quantity {", "repeat max «input».quantity {"].map((head) => {
    const body = "readonly step look on inventory { output { ok: boolean } } }";
    const end = head.startsWith("repeat") ? " until look.ok" : "";
    const right = head.replace("«input».quantity", "5");
    return inSaga(
      "a limit that is worked out",
      head + body + end,
      "SAGA1001",
      "Write a whole number, `max 20`: it cannot be worked out.",
      right + body + end,
      { input: INPUT },
    );
  }),
  inSaga("`async`", `«async» ${step("reserve")}`, "SAGA1012", "Leave it out", step("reserve")),
  inSaga(
    "`await` before a step",
    `await «step» reserve on inventory { compensate release }`,
    "SAGA1001",
    "Leave `await` out",
    step("reserve"),
  ),
  inSaga(
    "a function that is called",
    "«inventory».reserve(input.orderId)",
    "SAGA1012",
    "`step reserve on inventory { input { … } }`",
    step("reserve"),
  ),
  inSaga(
    "`return`",
    `${step("reserve", "output { code: string }")}«return» { reserve.code }`,
    "SAGA1012",
    "Did you mean `output`?",
    `${step("reserve", "output { code: string }")}output { reserve.code }`,
  ),
  inSaga(
    "a loop over a list",
    "«for» (const line of input.lines) { step reserve on inventory { input { line.sku } compensate release } }",
    "SAGA1012",
    "Write `foreach line in list { … }`, without brackets.",
    "foreach line in input.lines { step reserve on inventory { input { line.sku } compensate release } }",
    { input: INPUT },
  ),
  inSaga(
    "`catch`",
    `try { ${step("reserve")} } «catch» (e) { ${step("other")} }`,
    "SAGA1001",
    "`otherwise { … }`",
    `try { ${step("reserve")} } otherwise { ${step("other")} }`,
  ),
  inSaga(
    "`elif`",
    `if true { ${step("a")} } «elif» false { ${step("b")} }`,
    "SAGA1012",
    "Write `else if`.",
    `if true { ${step("a")} } else if false { ${step("b")} }`,
  ),
  inSaga(
    "`throw`",
    `if true { «throw» OutOfStock { left: 0 } }\n${step("reserve")}`,
    "SAGA1012",
    "Did you mean `fail`?",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "an error with its data in brackets",
    `if true { fail OutOfStock«(»0) }\n${step("reserve")}`,
    "SAGA1012",
    "`fail OutOfStock { field: value }`",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "a text that is thrown",
    `if true { fail «"sold out"» }\n${step("reserve")}`,
    "SAGA1001",
    "Declare the error, `error Name { … }`, and name it",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "a spread",
    "step reserve on inventory { input { «..».input } compensate release }",
    "SAGA1012",
    "write each entry",
    step("reserve"),
  ),
  inSaga(
    "an error that is made with `new`",
    `if true { fail «new» OutOfStock { left: 0 } }\n${step("reserve")}`,
    "SAGA1012",
    "Write `fail OutOfStock { … }`.",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "an error that is thrown",
    `if true { «throw» new OutOfStock({ left: 0 }) }\n${step("reserve")}`,
    "SAGA1012",
    "Did you mean `fail`? Errors are declared, and made without `new`",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "an error of JavaScript that is thrown",
    `if true { «throw» new Error("sold out") }\n${step("reserve")}`,
    "SAGA1012",
    "`fail Name { field: value }`",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inCondition("`?.length`", "input.note«?.»length > 0", "SAGA1028", "Write `length(…)`", 'length(input.note ?? "") > 0'),
  inValue("`?.[0]`", "input.lines«?.»[0]", "SAGA1028", "Leave it out", "input.lines[0]"),
  inCondition("`!.`", 'input.lines[0]«!».sku == "a"', "SAGA1028", "Leave it out", 'input.lines[0].sku == "a"'),
  ...(
    [
      ["a list of what runs at once", "parallel", "[", ",", "]"],
      ["a list of blocks that run at once", "parallel", "[{", "}, {", "}]"],
      ["what runs at once in brackets", "parallel", "(", "", ")"],
      ["a list of what races", "race", "[", ",", "]"],
    ] as const
  ).map(([meant, group, open, between, close]) => {
    const of = (a: string, b: string, c: string): string => `${group} ${a} ${step("reserve")} ${b} ${step("ship")} ${c}`;
    const told = `\`${group} { step … step … }\``;
    return inSaga(meant, of(`«${open[0]}»${open.slice(1)}`, between, close), "SAGA1001", told, of("{", "", "}"));
  }),
  ...(
    [
      ["before the block", "«until» look.ok max 3", "", "SAGA1001", "The condition stands behind the block"],
      [
        "before the block, with rounds",
        "max 3 «until» look.ok every 5s",
        "",
        "SAGA1001",
        "The condition stands behind the block",
      ],
      ["before the block, as `while`", "«while» look.ok max 3", "", "SAGA1001", "The condition stands behind the block"],
      ["with the rounds behind it", "", "until look.ok «max» 3", "SAGA1012", "Write `repeat max 3 { … } until condition`."],
      [
        "with the pause behind it",
        "max 3",
        "until look.ok «every» 5s",
        "SAGA1012",
        "`repeat max 3 every 5s { … } until condition`",
      ],
    ] as const
  ).map(([meant, head, end, code, told]) => {
    const rounds = (a: string, b: string): string =>
      `repeat ${a} { readonly step look on inventory { output { ok: boolean } } } ${b} otherwise park`;
    return inSaga(`the condition of a \`repeat\` ${meant}`, rounds(head, end), code, told, rounds("max 3", "until look.ok"));
  }),
];
