import { expect, it, vi } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { surfaceOf } from "../../compiler/service/surface.ts";

/** Each type speaks of the one before it. */
function chain(length: number): string {
  return Array.from({ length }, (_, at) => `type T${at} = ${at === 0 ? "int" : `{ a: T${at - 1} }`}\n`).join("");
}

it.each([
  ["all that it speaks of, however far", "T2", "type T0 = int", "type T0 = string", false],
  ["not what it does not speak of", "T1", "type T2 = { a: T1 }", "type T2 = { b: T1 }", true],
])("the surface of a name holds %s", (_, name, from, to, same) => {
  const text = chain(3);
  expect(text).toContain(from);
  const surface = (source: string): string => surfaceOf(parseFile(source, "a.saga").file, new Set([name]));
  expect(surface(text.replace(from, to)) === surface(text)).toBe(same);
});

it("looks at each declaration only so often, however many there are", () => {
  const asked = (length: number): number => {
    const { file } = parseFile(chain(length), "a.saga");
    const has = vi.spyOn(Set.prototype, "has");
    try {
      surfaceOf(file, new Set([`T${length - 1}`]));
      return has.mock.calls.length;
    } finally {
      has.mockRestore();
    }
  };
  expect(asked(400)).toBeLessThan(5 * asked(100));
});
