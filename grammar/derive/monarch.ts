import { LITERALS, SIGNS, WORDS } from "../tokens.ts";
import { escaped, NAME } from "./patterns.ts";

/** The same for the Monaco editor: a Monarch language, as plain JSON. */
export function monarchLanguage(): unknown {
  const words = Object.fromEntries(WORDS.map(({ word, scope }) => [word, monarchScope(scope)]));
  return {
    defaultToken: "invalid",
    tokenPostfix: ".saga",
    unicode: true,
    includeLF: false,
    brackets: [
      { open: "{", close: "}", token: "delimiter.curly" },
      { open: "[", close: "]", token: "delimiter.square" },
      { open: "(", close: ")", token: "delimiter.parenthesis" },
    ],
    ...byScope(words),
    tokenizer: {
      root: [
        ["///.*$", "comment.doc"],
        ["//.*$", "comment"],
        ["/\\*", "comment", "@comment"],
        ['"', "string", "@text"],
        ...LITERALS.map(({ pattern, scope }) => [(pattern as RegExp).source, monarchScope(scope)]),
        [`(\\.)(\\s*)(${NAME})`, ["delimiter", "white", "variable.member"]],
        [`(${NAME})(\\s*)(:)`, ["variable.field", "white", "delimiter"]],
        [NAME, { cases: { ...cases(words), "@default": "identifier" } }],
        ["[{}\\[\\]()]", "@brackets"],
        [
          SIGNS.filter(({ name }) => !/^(?:Left|Right)/.test(name))
            .map(({ pattern }) => escaped(String(pattern)))
            .join("|"),
          "operator",
        ],
        ["\\s+", "white"],
      ],
      comment: [
        ["\\*/", "comment", "@pop"],
        [".", "comment"],
      ],
      text: [
        ["\\$\\{", { token: "delimiter.bracket", next: "@hole" }],
        ["\\\\.", "string.escape"],
        ['"', "string", "@pop"],
        ["$", "string", "@pop"],
        ['[^"\\\\$]+', "string"],
        [".", "string"],
      ],
      hole: [["\\}", { token: "delimiter.bracket", next: "@pop" }], { include: "@root" }],
    },
  };
}

/** `keyword.control.saga` is Monaco's `keyword.control`; Monarch adds the language's name itself. */
function monarchScope(scope: string): string {
  return scope
    .replace(/\.saga$/, "")
    .replace(/^constant\.numeric/, "number")
    .replace(/^support\.type\.primitive/, "type");
}

function byScope(words: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  const lists: Record<string, string[]> = {};
  for (const [word, scope] of Object.entries(words)) {
    const name = listName(scope);
    lists[name] = [...(lists[name] ?? []), word];
  }
  return lists;
}

function cases(words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Set(Object.values(words))].map((scope) => [`@${listName(scope)}`, scope]));
}

function listName(scope: string): string {
  return scope.replaceAll(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
}
