import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { marked, type Token } from "marked";
import { lineAt, ROOT, textOf } from "./repository.ts";

/** A fenced block of code. */
export interface CodeBlock {
  readonly file: string;
  readonly line: number;
  /** The first word behind the fence: `saga`, `ts`; empty for none. */
  readonly language: string;
  /** The words after that: `wrong`, `fragment`. */
  readonly marks: readonly string[];
  readonly text: string;
}

export interface Link {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

export interface Markdown {
  readonly file: string;
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** What a `#…` may name, as GitHub makes it of a heading. */
  readonly anchors: ReadonlySet<string>;
}

/** What a test can hold of a Markdown file. Blocks and links inside lists, quotes and tables count. */
export function readMarkdown(file: string, text: string): Markdown {
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  let from = 0;
  for (const top of marked.lexer(text)) {
    const line = lineAt(text, from);
    from += top.raw.length;
    marked.walkTokens([top], (token: Token) => {
      if (token.type === "code" && token.codeBlockStyle !== "indented") {
        const [language = "", ...marks] = String(token.lang ?? "").split(/\s+/);
        blocks.push({ file, line, language, marks, text: String(token.text) });
      }
      if (token.type === "link" || token.type === "image") links.push({ file, line, target: String(token.href) });
      if (token.type === "heading") {
        const anchor = anchorOf(String(token.text));
        let unique = anchor;
        for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
        anchors.add(unique);
      }
    });
  }
  return { file, blocks, links, anchors };
}

/** A sentence for each link that leads nowhere. Addresses elsewhere are not looked up: a test needs no network. */
export function deadLinks({ file, links, anchors }: Markdown): string[] {
  return links.flatMap(({ line, target }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [path = "", anchor = ""] = target.split("#");
    const where = `${file}:${line} ${target}`;
    if (path === "") return anchors.has(anchor) ? [] : [`${where}: no heading gives this anchor`];
    const to = posix.join(posix.dirname(file), decodeURIComponent(path));
    if (to.startsWith("..") || path.startsWith("/")) return [`${where} leads out of the repository`];
    if (!existsSync(join(ROOT, to))) return [`${where} is not there`];
    if (anchor === "" || !to.endsWith(".md")) return [];
    return readMarkdown(to, textOf(to)).anchors.has(anchor) ? [] : [`${where}: no heading gives this anchor`];
  });
}

/** GitHub's rule: lower case, no punctuation but hyphens, spaces to hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
