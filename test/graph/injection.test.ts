import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DrawnFormat, graphFile } from "../../compiler/emit/graph/draw.ts";
import { graphOf } from "../../compiler/emit/graph/model.ts";
import { dotString, mermaidId, mermaidText } from "../../compiler/emit/lib/escape.ts";
import { everyNode } from "./every-node.ts";
import { HOSTILE, planWith } from "./kit.ts";

/** The file with a text in all its places, and what is left of it when quoted strings, ids and headers are taken out. */
async function drawn(text: string, format: DrawnFormat): Promise<string> {
  const origin = { source: `${text}.saga`, compilerVersion: "0.0.0" };
  const both = [graphOf(planWith(text)), graphOf(everyNode(text))];
  return (await Promise.all(both.map((graph) => graphFile(graph, format, origin)))).map((file) => file.text).join("");
}

function skeleton(text: string, format: "mermaid" | "dot"): string {
  if (format === "dot") return text.replace(/^\/\/ @generated .*\n/gm, "HEADER\n").replace(/"(?:[^"\\\n]|\\.)*"/g, "S");
  return text
    .replace(/^%% @generated .*\n/gm, "HEADER\n")
    .replace(/^ {2}(accTitle|accDescr): .*$/gm, "  $1")
    .replace(/"[^"\n]*"/g, "S")
    .replace(/\b(step|undo)__\w+/g, "$1");
}

describe.each(["mermaid", "dot"] as const)("a text of the source in %s", (format) => {
  it.each(HOSTILE)("changes nothing but what is said: %j", async (text) => {
    expect(skeleton(await drawn(text, format), format)).toBe(skeleton(await drawn("plain", format), format));
  });

  it("shows no character that cannot be seen, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
        const file = await drawn(text, format);
        expect(file.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(skeleton(file, format)).toBe(skeleton(await drawn("plain", format), format));
      }),
      // What is found is made small until then, and told before the test's own limit.
      { interruptAfterTimeLimit: 60_000 },
    );
  });
});

describe("a text of the source in SVG", () => {
  /** Its elements and attributes, without what they say. */
  const markup = (svg: string): Set<string> => new Set(svg.match(/<!?[a-z-]+|[a-z:]+=(?=")/g));

  const plain = drawn("plain", "svg").then(markup);

  it.each(HOSTILE)("is text and nothing else: %j", async (text) => {
    const svg = await drawn(text, "svg");
    expect(markup(svg)).toEqual(await plain);
    expect(svg.replaceAll("\n", "")).toMatch(
      /^(?:<!--(?:[^-<>]|-(?!-))*-->|<[^<>]*>|[^<>&]|&(?:amp|lt|gt|quot|#\d+|#x[0-9a-f]+);)*$/iu,
    );
    expect(svg).not.toMatch(/\son\w+="|href|<a\b|<script|<image/);
  });
});

describe("a Mermaid label", () => {
  it("holds letters, marks, digits, a few signs, and numbered characters", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" })), (text) => {
        expect(mermaidText(text)).toMatch(/^(?:[\p{L}\p{M}\p{N} ,._'()/-]|#\d+;)*$/u);
      }),
    );
    expect(mermaidText('"a" #1;\n%%{x}')).toBe("#34;a#34; #35;1#59; #37;#37;#123;x#125;");
  });
});

describe("an id of Mermaid", () => {
  it("is of letters, digits and underscores, and another one for another name", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(":", "$", "_", "_5f_", "__", "G", "a"), fc.string({ unit: "grapheme" }))),
        (parts) => {
          const name = parts.join("");
          expect(mermaidId(name)).toMatch(/^[A-Za-z0-9_]*$/);
          expect(decoded(mermaidId(name))).toBe(name);
        },
      ),
    );
  });

  function decoded(id: string): string {
    return id.replace(/__|_G|_([0-9a-f]+)_/g, (whole, hex: string | undefined) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return whole === "__" ? ":" : "$";
    });
  }
});

describe("a DOT string", () => {
  it("says what was written when Graphviz's rules are turned round", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', "\\", "&", "amp;", "a", "<", "N")), (parts) => {
        const text = parts.join("");
        const inside = dotString(text).slice(1, -1);
        expect(inside).toMatch(/^(?:[^"\\]|\\["\\])*$/);
        expect(inside.replace(/\\(.)/g, "$1").replaceAll("&amp;", "&")).toBe(text);
      }),
    );
  });

  it.runIf(spawnSync("dot", ["-V"]).error === undefined)("is read by Graphviz itself, where it is installed", async () => {
    for (const text of HOSTILE) {
      const { status, stderr, stdout } = spawnSync("dot", ["-Tsvg"], { input: await drawn(text, "dot"), encoding: "utf8" });
      expect({ text, status, errors: stderr.match(/^Error.*/gm) }).toEqual({ text, status: 0, errors: null });
      expect(stdout).not.toMatch(/<script|<img|onerror="/);
    }
  });
});
