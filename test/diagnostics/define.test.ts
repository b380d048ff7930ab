import { describe, expect, it } from "vitest";
import { CODES, collectCodes } from "../../compiler/diagnostics/codes.ts";
import { defineKind, makeDiagnostic, type Placeholders, placeholdersOf } from "../../compiler/diagnostics/define.ts";

const kind = defineKind({
  code: "SAGA9001",
  slug: "too-much",
  severity: "warning",
  message: "`{name}` has {count} of `input { … }`.",
  note: "At most {limit}.",
  help: "Remove {name}.",
});
const span = { file: "a.saga", start: 3, end: 5 };

describe("a code's texts", () => {
  it("are filled with the values of their placeholders", () => {
    const diagnostic = makeDiagnostic(kind, span, { name: "x", count: 3, limit: 2 });
    expect(diagnostic).toEqual({
      code: "SAGA9001",
      slug: "too-much",
      severity: "warning",
      message: "`x` has 3 of `input { … }`.",
      span,
      labels: [],
      note: "At most 2.",
      help: "Remove x.",
      fixes: [],
      docs: "docs/errors/SAGA9001.md",
    });
  });

  it("take no value for a placeholder in what a value holds", () => {
    const diagnostic = makeDiagnostic(kind, span, { name: "{count}{limit}", count: 1, limit: 2 });
    expect(diagnostic.message).toBe("`{count}{limit}` has 1 of `input { … }`.");
    expect(makeDiagnostic(kind, span, { name: "$&", count: 1, limit: 2 }).help).toBe("Remove $&.");
  });

  it("give way to those of a report, which are not filled in", () => {
    const values = { name: "x", count: 3, limit: 2 };
    expect(makeDiagnostic(kind, span, values, { note: null, help: "Take {name}." })).toMatchObject({
      note: null,
      help: "Take {name}.",
    });
  });

  it("do not compile with a value too few or too many", () => {
    // @ts-expect-error: `limit` is missing
    makeDiagnostic(kind, span, { name: "x", count: 3 });
    // @ts-expect-error: there is no `other`
    makeDiagnostic(kind, span, { name: "x", count: 3, limit: 2, other: 1 });
    const names: Placeholders<"{a} of `input { {b} }` and { c }">[] = ["a", "b"];
    expect(placeholdersOf("{a} of `input { {b} }` and { c }")).toEqual(names);
  });
});

describe("the list of codes", () => {
  it("has every code once, with its page, in order", () => {
    expect(CODES.length).toBeGreaterThan(80);
    expect(CODES.map(({ code }) => code)).toEqual(CODES.map(({ code }) => code).toSorted());
    expect(CODES.find(({ code }) => code === "SAGA4003")).toMatchObject({
      slug: "missing-compensation",
      severity: "error",
      docs: "docs/errors/SAGA4003.md",
    });
    expect(CODES.some(({ code }) => code === "SAGA1001")).toBe(true);
  });

  it("refuses a code or a slug that is given twice", () => {
    const entry = { code: "SAGA9001", slug: "a", severity: "error", summary: "" } as const;
    expect(() => collectCodes([entry, { ...entry, slug: "b" }])).toThrow("The code SAGA9001 is given twice.");
    expect(() => collectCodes([entry, { ...entry, code: "SAGA9002" }])).toThrow("The slug a is given twice.");
  });

  it("groups codes by what they are about", () => {
    for (const { code, slug } of CODES) {
      expect(code).toMatch(/^SAGA[1-6]\d{3}$/);
      expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });
});
