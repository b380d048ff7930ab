import fc from "fast-check";
import { expect, it } from "vitest";
import { handlerSites } from "../../compiler/emit/lib/handlers.ts";
import { typeNames } from "../../compiler/emit/lib/names.ts";
import { mergeSteps } from "../../compiler/merge/merge-steps.ts";
import { readSteps } from "../../compiler/merge/read-steps.ts";
import { placeOrder } from "../emit/plans.ts";
import { keepsAll } from "./keeps-all.ts";

const plan = placeOrder();
const services = handlerSites(plan, typeNames(plan));

/** Ways to write a handler, by its name. */
const FORMS: readonly ((name: string) => string)[] = [
  (name) => `async ${name}(input, ctx) { return await work(input, "${name}: }", ctx); }`,
  (name) => `${name}: async (input) => ({ text: \`} \${input} {\` })`,
  (name) => `"${name}": handlers.${name}`,
  (name) => `${name}: function () { /* } */ return 1; }`,
  (name) => `['${name}']() {\n// }\nreturn null;\n}`,
  (name) => name,
];

interface Layout {
  readonly indent: string;
  readonly newline: string;
  readonly lastComma: boolean;
  readonly comment: string;
  readonly oneLine: boolean;
}

const layouts: fc.Arbitrary<Layout> = fc.record({
  indent: fc.constantFrom("  ", "    ", "\t"),
  newline: fc.constantFrom("\n", "\r\n"),
  lastComma: fc.boolean(),
  comment: fc.constantFrom("", " // last", " /* last, } */"),
  oneLine: fc.boolean(),
});

/** For each handler the form in which the user wrote it; `null`: it is missing. A service without any is missing, or empty. */
const files = fc
  .record({
    layout: layouts,
    forms: fc.array(fc.option(fc.nat(FORMS.length - 1)), { minLength: 9, maxLength: 9 }),
    keepEmpty: fc.boolean(),
    frame: fc.constantFrom(
      (object: string) => `export const steps: PlaceOrderSteps = ${object};`,
      (object: string) => `const mine = ${object} satisfies PlaceOrderSteps\nexport { mine as steps }`,
      (object: string) => `export const other = 1, steps = (${object}) as PlaceOrderSteps;`,
    ),
  })
  .map(({ layout, forms, keepEmpty, frame }) => {
    const remaining = [...forms];
    const objects = services.flatMap(({ service, handlers }) => {
      const members = handlers.flatMap(({ operation }) => {
        const form = remaining.shift() ?? null;
        return form === null ? [] : [FORMS[form]?.(operation) ?? operation];
      });
      return members.length === 0 && !keepEmpty ? [] : [`${service}: ${objectText(members, layout)}`];
    });
    const body = frame(objectText(objects, { ...layout, oneLine: false }));
    return `// before { \n${body}\n\n/* after } */\n`.replaceAll("\n", layout.newline);
  });

function objectText(members: readonly string[], { indent, lastComma, comment, oneLine }: Layout): string {
  if (members.length === 0) return "{}";
  const comma = lastComma ? "," : "";
  // A line comment would swallow the brace.
  if (oneLine) return `{ ${members.join(", ")}${comma}${comment.includes("//") ? "" : comment} }`;
  const lines = members.join(",\n").split("\n");
  return `{\n${lines.map((line) => indent + line).join("\n")}${comma}${comment}\n}`;
}

function operations(text: string): string[] {
  const reading = readSteps(text);
  if (reading.kind === "unreadable") throw new Error(`${reading.why}\n${text}`);
  return reading.steps.members.flatMap(({ name, object }) => (object?.members ?? []).map((member) => `${name}.${member.name}`));
}

it("whatever the file looks like: what was missing is there, what was there stays, and a second merge changes nothing", () => {
  const wanted = services.flatMap(({ service, handlers }) => handlers.map(({ operation }) => `${service}.${operation}`));
  fc.assert(
    fc.property(files, (before) => {
      const merge = mergeSteps(before, plan, null);
      expect(merge.refused).toBe(null);
      expect(operations(merge.text).sort()).toEqual([...wanted].sort());
      const added = merge.notes
        .filter((note) => note.kind === "added")
        .map(({ service, operation }) => `${service}.${operation}`);
      expect([...operations(before), ...added].sort()).toEqual([...wanted].sort());
      expect(keepsAll(before, merge.text)).toBe(true);
      expect(merge.text.replace(/\r\n/g, "\n").includes("\r")).toBe(false);
      if (before.includes("\r\n")) expect(merge.text.replaceAll("\r\n", "")).not.toContain("\n");
      expect(mergeSteps(merge.text, plan, plan).text).toBe(merge.text);
    }),
    { numRuns: 60 },
  );
});
