import { describe, expect, it } from "vitest";
import { languageConfiguration } from "../../grammar/derive/language-configuration.ts";

/** What an editor reads of it. */
interface Configuration {
  readonly wordPattern: { readonly pattern: string; readonly flags: string };
  readonly indentationRules: Readonly<Record<string, string>>;
  readonly onEnterRules: readonly { readonly beforeText: string; readonly afterText?: string }[];
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } };
}

const configuration = languageConfiguration() as Configuration;

describe("the language configuration", () => {
  const { pattern, flags } = configuration.wordPattern;
  const rows: readonly (readonly [text: string, words: readonly string[]])[] = [
    ["step charge on till {", ["step", "charge", "on", "till"]],
    ["input.first_name, größe2, Ärger", ["input", "first_name", "größe2", "Ärger"]],
    ["{p}", ["p"]],
  ];
  it.each(rows)("takes the words of %s as an editor reads the pattern", (text, words) => {
    expect(text.match(new RegExp(pattern, `g${flags}`))).toEqual(words);
  });

  it("has patterns without letters of other scripts, which need a flag that these have no place for", () => {
    const { indentationRules, onEnterRules, folding } = configuration;
    const plain = [
      ...Object.values(indentationRules),
      ...onEnterRules.flatMap(({ beforeText, afterText = "" }) => [beforeText, afterText]),
      folding.markers.start,
      folding.markers.end,
    ];
    for (const each of plain) {
      expect(() => new RegExp(each)).not.toThrow();
      expect(each).not.toContain("\\p{");
    }
  });
});
