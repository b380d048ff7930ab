import fc from "fast-check";
import { lexer, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { page, pageFile } from "../../compiler/emit/docs/page.ts";
import { markdownCode, markdownText } from "../../compiler/emit/lib/escape.ts";
import { compile, memorySources } from "../../compiler/index.ts";
import type { Plan } from "../../compiler/plan/plan.ts";
import { bookTrip } from "../emit/whole-language.ts";
import { everyNode } from "../graph/every-node.ts";
import { HOSTILE } from "../graph/kit.ts";

const MORE = [
  "# heading",
  "| a | b |",
  "[x](javascript:alert(1))",
  "![x](y)",
  "***",
  "~~~",
  "1) x",
  "+ x",
  "\n\n\n    code",
  "https://x.y",
  "<details>",
  "\\|",
];

/** The kinds of all blocks of a page, and of what stands in each line that is no mere text. */
function kinds(markdown: string): string[] {
  const walk = (token: Token): string[] => {
    if (token.type === "table") return [`table of ${token.header.length}`];
    const inner: Token[] = token.type === "list" ? token.items : "tokens" in token ? (token.tokens ?? []) : [];
    const own =
      token.type === "space" || token.type === "text" || token.type === "escape" || token.type === "codespan" ? [] : [token.type];
    return [...own, ...inner.flatMap(walk)];
  };
  return lexer(markdown).flatMap(walk);
}

/** A text in all documentation, and in every reason. */
function documented(text: string): Plan {
  const trip = bookTrip();
  const said = <Item extends { readonly doc: string | null }>(items: readonly Item[]): Item[] =>
    items.map((item) => ({ ...item, doc: text }));
  return {
    ...trip,
    doc: text,
    input: said(trip.input),
    types: said(trip.types),
    errors: said(trip.errors),
    signals: said(trip.signals),
    computes: said(trip.computes),
    services: said(trip.services),
    steps: said(trip.steps).map((step) => ({ ...step, undo: { kind: "none", because: text } })),
  };
}

const plain = [documented("plain"), everyNode("plain")].map((plan) => kinds(page(plan)));

describe("a text of the source in a page", () => {
  it.each([...HOSTILE, ...MORE].filter((text) => text.trim() !== "" && text !== "\ufeff"))(
    "changes nothing but what is said: %j",
    (text) => {
      const pages = [documented(text), everyNode(text)].map(page);
      expect(pages.map(withoutParagraphs)).toEqual(plain.map((one) => one.filter((kind) => kind !== "paragraph")));
      for (const one of pages) expect(one).not.toMatch(/[^\P{C}\n]/u);
    },
  );

  it("ends no comment at the head of a file", () => {
    const { text } = pageFile({ ...bookTrip(), source: "a-->b <!-- --->.saga" }, "0.0.0");
    expect(text.split("\n")[0]).toMatch(/^<!-- [^<>]* -->$/);
  });

  function withoutParagraphs(markdown: string): string[] {
    return kinds(markdown).filter((kind) => kind !== "paragraph");
  }
});

it("a page looks at each part of a plan only so often, however many steps there are", () => {
  const asked = (count: number): number => {
    const steps = Array.from({ length: count }, (_, at) => `step s${at} on shop { input { input.id } compensate undo${at} }`);
    const text = `service shop { fenced }\nsaga Many {\n  timeout 1d\n  input { id: uuid }\n${steps.join("\n")}\n}\n`;
    const [many] = compile(memorySources({ "a.saga": text }), ["a.saga"]).sagas;
    if (many === undefined) throw new Error("it does not compile");
    let times = 0;
    const known = new WeakMap<object, object>();
    const counted = <Part>(part: Part): Part => {
      if (typeof part !== "object" || part === null) return part;
      const proxy =
        known.get(part) ??
        new Proxy(part, {
          get(target, name) {
            times++;
            return counted(Reflect.get(target, name));
          },
        });
      known.set(part, proxy);
      return proxy as Part;
    };
    // A copy: nothing of it is frozen, so that what is read of it may be counted too.
    page(counted(structuredClone(many.plan)));
    return times;
  };
  expect(asked(400)).toBeLessThan(5 * asked(100));
});

describe("a line of Markdown", () => {
  const inline = (markdown: string): string[] => kinds(markdown).filter((kind) => kind !== "paragraph");

  it("is one paragraph that says the text, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE, ...MORE), fc.string({ unit: "grapheme" })), (text) => {
        const line = markdownText(text);
        expect(line).not.toContain("\n");
        expect(inline(line)).toEqual([]);
      }),
    );
  });

  it("keeps code that stands in the text, and its sentences as they were written", () => {
    expect(markdownText("Pays `a|b` (or not); see 3.4, it's 100% fine - really.")).toBe(
      "Pays `a\\|b` (or not); see 3.4, it's 100% fine - really.",
    );
  });

  it("holds code with any number of backquotes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("`", "a", " ", "|", "<", "\\")), (parts) => {
        const [paragraph] = lexer(`x ${markdownCode(parts.join(""))} y`);
        const tokens = paragraph !== undefined && "tokens" in paragraph ? (paragraph.tokens ?? []) : [];
        expect(tokens.map(({ type }) => type)).toEqual(["text", "codespan", "text"]);
      }),
    );
  });
});
