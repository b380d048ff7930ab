import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { collectDiagnostics } from "../../compiler/diagnostics/collect.ts";
import { renderText } from "../../compiler/diagnostics/render/text.ts";
import { memorySources } from "../../compiler/source/source-set.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";

const FOLDER = new URL("../cases/ten-mistakes/", import.meta.url);
const text = readFileSync(new URL("orders.saga", FOLDER), "utf8");

/** Where each mistake was made: the line, and what of it is to be underlined. */
const MISTAKES = [
  [17, "=", "SAGA1006 equals-for-colon"],
  [18, "Mony", "SAGA2002 unknown-type"],
  [21, "createOrder", "SAGA4003 missing-compensation"],
  [24, "5", "SAGA3002 not-a-duration"],
  [29, "skew", "SAGA3001 unknown-member"],
  [31, "OutOfStok", "SAGA2003 unknown-error"],
  [35, "reserveStock", "SAGA4006 sibling-output"],
  [40, "backoff 5m..1s", "SAGA6003 backoff-reversed"],
  [46, ";", "SAGA1026 semicolon"],
  [53, "compensate recallShipment", "SAGA4004 compensation-after-pivot"],
] as const;

it("ten different mistakes in one file give exactly ten diagnostics, each at its place, in one run", () => {
  const found = diagnose(text, "orders.saga");
  const lines = memorySources({ "orders.saga": text }).read("orders.saga");
  if (!lines.ok) throw new Error("the fixture is there");
  const places = found.map(({ code, slug, span }) => [
    lines.file.lines.positionAt(span.start).line,
    text.slice(span.start, span.end),
    `${code} ${slug}`,
  ]);
  expect(places).toEqual(MISTAKES);
  expect(new Set(found.map(({ code }) => code)).size).toBe(10);
  for (const { message, help } of found) expect(`${message} ${help ?? ""}`.length).toBeGreaterThan(20);
});

it("the report of them reads as it should", () => {
  const sources = memorySources({ "orders.saga": text });
  const rendered = renderText(collectDiagnostics(diagnose(text, "orders.saga")), {
    source: (path) => {
      const result = sources.read(path);
      return result.ok ? result.file : null;
    },
  });
  const expected = new URL("expected.txt", FOLDER);
  if (process.env.UPDATE_CASES === "1") writeFileSync(expected, rendered);
  expect(rendered).toBe(readFileSync(expected, "utf8"));
});
