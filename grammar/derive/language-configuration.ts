/** What an editor does while somebody types: comments, brackets, indentation, folding; as the object of `language-configuration.json`. */
export function languageConfiguration(): unknown {
  const pairs = [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
  ];
  return {
    comments: { lineComment: "//", blockComment: ["/*", "*/"] },
    brackets: pairs,
    autoClosingPairs: [
      ...pairs.map(([open, close]) => ({ open, close })),
      { open: '"', close: '"', notIn: ["string", "comment"] },
      { open: "/*", close: " */", notIn: ["string"] },
    ],
    surroundingPairs: [...pairs, ['"', '"']],
    // Letters of any script: without the flag an editor takes `\p` for a `p`.
    wordPattern: { pattern: "[\\p{L}_][\\p{L}\\p{N}_]*", flags: "u" },
    indentationRules: {
      increaseIndentPattern: "^(?!\\s*//).*[{\\[(][^}\\])\"']*$",
      decreaseIndentPattern: "^\\s*[}\\])]",
    },
    onEnterRules: [
      { beforeText: "^\\s*///", action: { indent: "none", appendText: "/// " } },
      { beforeText: "\\{\\s*$", afterText: "^\\s*\\}", action: { indent: "indentOutdent" } },
    ],
    folding: { markers: { start: "^\\s*//\\s*#?region\\b", end: "^\\s*//\\s*#?endregion\\b" } },
  };
}
