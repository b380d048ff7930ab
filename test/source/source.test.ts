import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, parse, relative } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskSources } from "../../compiler/source/disk.ts";
import { createLineTable } from "../../compiler/source/line-table.ts";
import { sagaFiles } from "../../compiler/source/saga-files.ts";
import { memorySources, normalizePath } from "../../compiler/source/source-set.ts";
import { spanHolds } from "../../compiler/source/span.ts";

it.each([
  ["itself", 2, 6, true],
  ["a part", 3, 5, true],
  ["a place at its end", 6, 6, true],
  ["what begins before it", 1, 4, false],
  ["what ends behind it", 3, 7, false],
])("a span holds: %s", (_, start, end, held) => {
  const whole = { file: "a.saga", start: 2, end: 6 };
  expect(spanHolds(whole, { file: "a.saga", start, end })).toBe(held);
  expect(spanHolds(whole, { file: "b.saga", start, end })).toBe(false);
});

describe("A line table", () => {
  it("counts LF, CRLF and CR as the end of a line", () => {
    const lines = createLineTable("a\nbc\r\nd\re");
    expect(lines.lineCount).toBe(4);
    expect([1, 2, 3, 4, 5].map((line) => lines.lineText(line))).toEqual(["a", "bc", "d", "e", ""]);
    expect([0, 1, 2, 4, 6, 8, 9].map((offset) => lines.positionAt(offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
      { line: 2, column: 3 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
      { line: 4, column: 2 },
    ]);
  });

  it("moves what lies outside to the nearer end", () => {
    const lines = createLineTable("ab\ncd");
    expect(lines.positionAt(-1)).toEqual({ line: 1, column: 1 });
    expect(lines.positionAt(99)).toEqual({ line: 2, column: 3 });
    expect(lines.offsetAt({ line: 1, column: 99 })).toBe(2);
    expect(lines.offsetAt({ line: 0, column: 1 })).toBe(0);
    expect(lines.offsetAt({ line: 9, column: 1 })).toBe(5);
  });

  it("goes there and back for every offset that is not within a line break", () => {
    const text = fc
      .array(fc.constantFrom("a", "\n", "\r\n", "\r", "\u{1f600}"), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (source) => {
        const lines = createLineTable(source);
        for (let offset = 0; offset <= source.length; offset++) {
          if (source[offset - 1] === "\r" && source[offset] === "\n") continue;
          expect(lines.offsetAt(lines.positionAt(offset))).toBe(offset);
        }
      }),
    );
  });
});

describe("A path", () => {
  const clean: readonly (readonly [path: string, result: string | null])[] = [
    ["a.saga", "a.saga"],
    ["./a/./b//c.saga", "a/b/c.saga"],
    ["a/../b.saga", "b.saga"],
    ["a\\b.saga", "a/b.saga"],
    ["../a.saga", null],
    ["a/../../b.saga", null],
    ["/etc/passwd", null],
    ["\\\\host\\share", null],
    ["C:\\a.saga", null],
    ["a\0.saga", null],
    ["", null],
    [".", null],
  ];
  it.each(clean)("%j is %j", (path, result) => {
    expect(normalizePath(path)).toBe(result);
  });
});

describe("A source set in memory", () => {
  const files = { "b.saga": "two", "./a.saga": "one", "c.ts": "three" };

  it("lists the sagas in order and gives their texts by clean paths", () => {
    const sources = memorySources(files);
    expect(sources.list()).toEqual(["a.saga", "b.saga"]);
    expect(sources.read("./x/../a.saga")).toMatchObject({ ok: true, file: { path: "a.saga", text: "one" } });
    expect(sources.read("c.ts")).toMatchObject({ ok: true, file: { text: "three" } });
  });

  it("says why it has no text, and remembers what was asked for", () => {
    const sources = memorySources(files);
    sources.read("c.ts");
    sources.read("./c.ts");
    expect(sources.read("none.saga")).toMatchObject({ ok: false, failure: { reason: "missing" } });
    expect(sources.read("../a.saga")).toMatchObject({ ok: false, failure: { reason: "outside" } });
    expect(sources.readPaths()).toEqual(["c.ts", "none.saga"]);
  });
});

describe("A source set on the disk", () => {
  let root = "";
  let outside = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "saga-sources-"));
    outside = mkdtempSync(join(tmpdir(), "saga-outside-"));
    mkdirSync(join(root, "orders"));
    mkdirSync(join(root, "node_modules"));
    mkdirSync(join(root, ".hidden"));
    writeFileSync(join(root, "orders", "b.saga"), "\ufeffsaga B {}");
    writeFileSync(join(root, "a.saga"), "saga A {}");
    writeFileSync(join(root, "node_modules", "n.saga"), "saga N {}");
    writeFileSync(join(root, ".hidden", "h.saga"), "saga H {}");
    writeFileSync(join(root, "latin1.saga"), Buffer.from([0x2f, 0x2f, 0xe9]));
    writeFileSync(join(outside, "secret.saga"), "saga Secret {}");
    symlinkSync(join(outside, "secret.saga"), join(root, "link.saga"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    rmSync(outside, { recursive: true });
  });

  it("lists what a project's sources can be", () => {
    expect(diskSources(root).list()).toEqual(["a.saga", "latin1.saga", "orders/b.saga"]);
  });

  it("gives a text as it stands in the file, its mark at the beginning included", () => {
    expect(diskSources(root).read("orders/b.saga")).toMatchObject({ ok: true, file: { text: "\ufeffsaga B {}" } });
  });

  it("reads also where the project is the whole disk", () => {
    const { root: top } = parse(realpathSync(root));
    const path = relative(top, join(realpathSync(root), "a.saga")).replaceAll("\\", "/");
    expect(diskSources(top).read(path)).toMatchObject({ ok: true, file: { path, text: "saga A {}" } });
  });

  it("does not change its answer while it lives", () => {
    const sources = diskSources(root);
    sources.read("a.saga");
    writeFileSync(join(root, "a.saga"), "changed");
    expect(sources.read("a.saga")).toMatchObject({ file: { text: "saga A {}" } });
    expect(diskSources(root).read("a.saga")).toMatchObject({ file: { text: "changed" } });
  });

  it("says why it has no text, without naming a folder of the machine", () => {
    const sources = diskSources(root);
    const failures = ["none.saga", "orders", "latin1.saga", "link.saga", "../x.saga", "a.saga/b.saga"].map((path) =>
      sources.read(path),
    );
    expect(failures.map((each) => (each.ok ? "read" : each.failure.reason))).toEqual([
      "missing",
      "unreadable",
      "unreadable",
      "outside",
      "outside",
      "missing",
    ]);
    for (const each of failures) expect(each.ok ? "" : each.failure.message).not.toContain(root);
  });

  it("looks again where it could not look, though the time of the folder is the same", () => {
    const [folder, long] = [join(root, "later"), new Date("2020-01-01T00:00:00Z")];
    const list = sagaFiles(folder, Date.now);
    writeFileSync(folder, "no folder yet");
    utimesSync(folder, long, long);
    expect(list()).toEqual([]);
    rmSync(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, "a.saga"), "saga A {}");
    utimesSync(folder, long, long);
    expect(list()).toEqual(["a.saga"]);
  });

  it.each([
    ["a name that no disk takes", "x".repeat(5000)],
    ["a link that leads to itself", "loop"],
  ])("finds nothing where there is no looking: %s", (_, name) => {
    symlinkSync("loop", join(root, "loop"));
    expect(sagaFiles(join(root, name), Date.now)()).toEqual([]);
  });
});
