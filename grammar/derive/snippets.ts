import { CONSTRUCTS } from "../clauses.ts";

/** One snippet for each declaration and statement with clauses, and for each clause, as the object of `saga.code-snippets`. */
export function snippets(): unknown {
  const found: Record<string, { prefix: string; body: readonly string[]; description: string; scope: string }> = {};
  for (const { label, clauses } of CONSTRUCTS) {
    for (const { keyword, snippet, doc } of clauses) {
      const key = `${keyword} (${label})`;
      found[key] = { prefix: keyword, body: snippet.split("\n"), description: doc, scope: "saga" };
    }
  }
  return found;
}
