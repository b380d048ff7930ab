import { ebnf } from "./ebnf.ts";
import { languageConfiguration } from "./language-configuration.ts";
import { monarchLanguage } from "./monarch.ts";
import { snippets } from "./snippets.ts";
import { textmateGrammar } from "./textmate.ts";

/** Everything that is derived from the tables, by its file in `grammar/generated/`. */
export function derived(): ReadonlyMap<string, string> {
  return new Map([
    ["saga.tmLanguage.json", json(textmateGrammar())],
    ["saga.monarch.json", json(monarchLanguage())],
    ["language-configuration.json", json(languageConfiguration())],
    ["saga.code-snippets.json", json(snippets())],
    ["saga.ebnf", ebnf()],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
