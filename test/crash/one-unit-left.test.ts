import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { HistoryRecord, SagaResult } from "@sagac/runtime";
import { afterAll, expect, test } from "vitest";
import type { OneUnitTask } from "./one-unit-child.ts";

/**
 * One unit is left. The reservation takes it, and the worker dies before the answer is recorded. The next worker repeats the call; the stock
 * service ignores keys, so the repeat is told 'out of stock' – by ourselves. That refusal proves nothing, and the unit must come back.
 */
const ROOT = join(import.meta.dirname, "..", "..");
mkdirSync(join(ROOT, ".tmp"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".tmp", "one-unit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(inventory: string): string {
  const source = readFileSync(join(ROOT, "sagas/place-order/place-order.saga"), "utf8");
  const changed = source.replace("service inventory { idempotent for 7d  timeout 5s }", inventory);
  expect(changed).toContain(inventory);
  const place = mkdtempSync(join(folder, "build-"));
  writeFileSync(join(place, "place-order.saga"), changed);
  const sagac = join(ROOT, "compiler/cli/main.ts");
  const built = spawnSync(process.execPath, [sagac, "build", "--no-steps", "--import-extension", ".ts", place], {
    encoding: "utf8",
  });
  expect(built.status, built.stderr).toBe(0);
  return pathToFileURL(join(place, "generated", "place-order.saga.ts")).href;
}

function live(task: OneUnitTask) {
  const script = join(import.meta.dirname, "one-unit-child.ts");
  return spawnSync(process.execPath, [script, JSON.stringify(task)], { encoding: "utf8", timeout: 60_000 });
}

function orderWithOneUnit(inventory: string, name: string) {
  const stock = join(folder, `${name}-stock.db`);
  const books = new DatabaseSync(stock);
  books.exec("CREATE TABLE stock (sku TEXT PRIMARY KEY, left INTEGER NOT NULL); INSERT INTO stock VALUES ('mug', 1)");
  const task = { definition: build(inventory), store: `sqlite:${join(folder, `${name}-saga.db`)}`, stock };
  const first = live({ ...task, kill: true });
  expect(first.signal, first.stderr).toBe("SIGKILL");
  expect(books.prepare("SELECT left FROM stock").get()).toEqual({ left: 0 });
  const second = live({ ...task, kill: false });
  expect(second.status, second.stderr).toBe(0);
  const left = (books.prepare("SELECT left FROM stock").get() as { left: number }).left;
  books.close();
  const told = JSON.parse(second.stdout) as { result: SagaResult<unknown>; history: HistoryRecord[] };
  return { ...told, left };
}

test("the repeat is told 'out of stock', the step stays unknown, and the unit is given back", () => {
  const { result, history, left } = orderWithOneUnit("service inventory { timeout 5s }", "counts");
  expect(result).toMatchObject({ status: "compensated", failure: { name: "OutOfStock", step: "reserveStock" }, incomplete: [] });
  const reservation = history.filter((record) => "call" in record && record.call === "reserveStock");
  expect(reservation.map((record) => record.type)).toEqual(["called", "called", "answered"]);
  expect(reservation[1]).toMatchObject({ redelivered: true, attempt: 1 });
  expect(reservation[2]).toMatchObject({ outcome: "declared" });
  expect(history.filter((record) => record.type === "answered" && record.call === "reserveStock.undo")).toHaveLength(1);
  expect(left).toBe(1);
});

test("where the service claims to answer repeats from its record, its refusal is believed: the claim has to be true", () => {
  const { result, history, left } = orderWithOneUnit("service inventory { idempotent for 7d  timeout 5s  }", "claims");
  expect(result).toMatchObject({ status: "compensated", failure: { name: "OutOfStock" } });
  expect(history.some((record) => "call" in record && record.call === "reserveStock.undo")).toBe(false);
  expect(left).toBe(0);
});
