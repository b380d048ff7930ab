import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../kit/scratch.ts";
import { readMarkdown } from "../tidy/markdown.ts";
import { wrongWith } from "./promql.ts";
import { tableOfInstruments } from "./table.ts";

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const page = textOf("docs/operations.md");
const { anchors } = readMarkdown("docs/operations.md", page);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const { groups } = parse(textOf("runtime/observe/alerts.yml")) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { panels } = JSON.parse(textOf("runtime/observe/dashboard.json")) as { readonly panels: readonly Panel[] };
const targets = panels.flatMap(({ title, targets: its = [] }) => its.map((target) => ({ title, ...target })));

test("the page has the table of the instruments", () => {
  const rows = page.split("\n").filter((line) => /^\| `saga_[a-z_]+` \|/.test(line));
  expect(rows).toEqual(tableOfInstruments());
});

describe("Alerts", () => {
  test.each(rules.map((rule) => [rule.alert, rule] as const))("%s asks for what there is", (_, { expr, annotations }) => {
    expect(wrongWith(expr)).toEqual([]);
    // What a summary tells of is left over by the expression.
    const kept = /by \(([a-z_, ]+)\)/.exec(expr)?.[1]?.split(", ") ?? [];
    const told = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    expect(told.filter((label) => label === undefined || !kept.includes(label))).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    "%s leads to a section of the page, which names it",
    (alert, rule) => {
      const [file, anchor = ""] = rule.annotations.runbook.split("#");
      expect(file).toBe("docs/operations.md");
      expect([...anchors]).toContain(anchor);
      expect(page).toContain(`\`${alert}\``);
      expect(rule.for ?? "0m").toMatch(/^\d+[mh]$/);
      expect(["page", "ticket"]).toContain(rule.labels.severity);
    },
  );

  test("the page names no others", () => {
    const named = [...page.matchAll(/`(Saga[A-Z]\w+)`/g)].map(([, name]) => name);
    const known = new Set(rules.map(({ alert }) => alert));
    expect(named.filter((name) => name === undefined || !known.has(name))).toEqual([]);
    expect(known.size).toBe(rules.length);
  });
});

describe("The dashboard", () => {
  test.each(targets.map((target) => [`${target.title}: ${target.legendFormat}`, target] as const))(
    "%s",
    (_, { expr, legendFormat }) => {
      const whole = expr.replaceAll("$__rate_interval", "5m").replaceAll("$saga", ".*");
      expect(wrongWith(whole)).toEqual([]);
      const kept = [...whole.matchAll(/by \(([a-z_, ]+)\)/g)].flatMap(([, labels = ""]) => labels.split(", "));
      const told = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(told.filter((label) => label === undefined || !kept.includes(label))).toEqual([]);
    },
  );
});

test.each([
  ["sum(saga_begun_total)", ["no series saga_begun_total"]],
  ["sum by (saga_step) (rate(saga_started_total[5m]))", ["no label saga_step"]],
  ['saga_finished_total{outcome="completed"}', ["no label outcome"]],
  ["sum(rate(saga_started_total[5m])", [expect.stringContaining("cannot be read")]],
  ["1 > 0", ["names no series"]],
])("what is wrong is found: %s", (expression, wrong) => {
  expect(wrongWith(expression)).toEqual(wrong);
});
