import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT, scratchFolder, temporaryFolder } from "../kit/scratch.ts";
import { BROKEN, sagac, sagaText, tree } from "./sagac.ts";

const ORDER = join(ROOT, "sagas/place-order/place-order.saga");

describe("sagac simulate", () => {
  it("runs a saga against outcomes that were made up, prints what happened, and leaves nothing behind", async () => {
    const folder = scratchFolder({ "hello.saga": sagaText("Hello") });
    const done = await sagac(["simulate", "hello.saga"], folder);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toBe(
      [
        "    0.000 s  ● Hello version 1 started",
        "    0.000 s  ✓ greet  people.greet  done after 0 ms",
        "    0.000 s  ● completed",
        "",
        "Hello (hello.saga): completed",
        "  1 call; of 1 effect 0 undone, 1 kept; 0.0s of virtual time",
        '  output {"at":"2026-01-02T00:00:00Z"}',
        "",
      ].join("\n"),
    );
    expect(Object.keys(tree(folder))).toEqual(["hello.saga"]);
  });

  it("follows a script: outcomes in their order, with data and duration, an input, a cancel", async () => {
    const outcomes = [
      "--outcome",
      'inventory.reserveStock=unknown,OutOfStock{"sku":"mug, blue","left":2}@3s',
      "--outcome",
      "payments.voidPayment=lost-answer,success",
    ];
    const refused = await sagac(["simulate", ORDER, "PlaceOrder", ...outcomes], ROOT);
    expect(refused.code).toBe(0);
    expect(refused.stdout).toContain("compensated: OutOfStock in reserveStock");
    expect(refused.stdout).toMatch(/inventory\.reserveStock +broke off/);
    expect(refused.stdout).toMatch(/payments\.voidPayment +broke off: the answer is lost/);

    const input = join(scratchFolder({ "input.json": JSON.stringify({ id: "not-a-uuid" }) }), "input.json");
    const hello = scratchFolder({ "hello.saga": sagaText("Hello") });
    const wrong = await sagac(["simulate", "hello.saga", "--input", input], hello);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/SAGA7121 wrong-simulation: RT1002 .*\n {2}id: /);

    const cancelled = await sagac(["simulate", ORDER, "--outcome", "inventory.reserveStock=timeout", "--cancel-at", "2s"], ROOT);
    expect(cancelled.stdout).toContain("compensated: Cancelled");
  });

  it("draws outcomes by a seed, sums up many runs, and tells the seed of each end", async () => {
    const many = await sagac(["simulate", ORDER, "--runs", "60"], ROOT);
    expect(many.code).toBe(0);
    const [head, ...rows] = many.stdout.trimEnd().split("\n");
    expect(head).toBe("PlaceOrder (sagas/place-order/place-order.saga): 60 runs, nothing off");
    const ends = rows.map((row) => /^ +(\d+) {2}(.*?) +first with --seed (\d+)$/.exec(row));
    expect(ends.map((found) => Number(found?.[1])).reduce((a, b) => a + b, 0)).toBe(60);
    const declined = ends.find((found) => found?.[2]?.includes("PaymentDeclined"));
    const again = await sagac(["simulate", ORDER, "--seed", declined?.[3] ?? ""], ROOT);
    expect(again.stdout).toContain(`: ${declined?.[2]}\n`);
  });

  it("runs the user's own handlers, and says when they leave something half-done", async () => {
    const folder = scratchFolder({
      "trip.saga": TRIP,
      "steps.ts": `export const steps = { hotels: {
        book: (input: { id: string }) => ({ booking: "b-" + input.id }),
        cancel: () => { throw new Error("not today"); },
      }, cars: { rent: (_: unknown, ctx: { fail(name: string, data: object): Error }) => { throw ctx.fail("NoCar", {}); } } };`,
    });
    const parked = await sagac(["simulate", "trip.saga", "--handlers", "steps.ts"], folder);
    expect(parked.code).toBe(0);
    expect(parked.stdout).toContain("Trip (trip.saga): parked: book.undo\n");
    const skipped = await sagac(["simulate", "trip.saga", "--handlers", "steps.ts", "--person", "skip"], folder);
    expect(skipped.stdout).toContain("Trip (trip.saga): compensated: NoCar in rent\n");

    const dishonest = [
      "--outcome",
      'hotels.ask={"status":"didNotHappen"}',
      "--outcome",
      "hotels.book=lost-answer,unknown,unknown,unknown",
    ];
    const off = await sagac(["simulate", "trip.saga", ...dishonest], folder);
    expect(off.code).toBe(1);
    expect(off.stdout).toMatch(/ {2}fault: Trip\/run-1\/book\/forward\/0 stands, although the saga is compensated\n$/);
  });

  it("brings along what is called, also from another file", async () => {
    const mover = `import { Hello } from "./hello.saga"\nsaga Move { timeout 1h  input { to: uuid }  call Hello as met { input { id: input.to } }  output { met.at } }`;
    const folder = scratchFolder({ "hello.saga": sagaText("Hello"), "move.saga": mover });
    const done = await sagac(["simulate", "move.saga", "--outcome", 'people.greet={"at":"2026-03-03T00:00:00Z"}'], folder);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toContain('output {"at":"2026-03-03T00:00:00Z"}');
  });

  it("takes the handlers of several files: those of a called saga too", async () => {
    const mover = `import { Hello } from "./hello.saga"
      service vans {}
      saga Move { timeout 1h  input { to: uuid }  call Hello as met { input { id: input.to } }
        readonly step find on vans { output { van: string } }  output { met.at, find.van } }`;
    const folder = scratchFolder({
      "hello.saga": sagaText("Hello"),
      "move.saga": mover,
      "hello.steps.ts": `export const steps = { people: { greet: () => ({ at: "2026-04-04T00:00:00Z" }) } };`,
      "move.steps.ts": `export const steps = { vans: { find: () => ({ van: "blue" }) } };`,
    });
    const done = await sagac(["simulate", "move.saga", "--handlers", "move.steps.ts", "--handlers", "hello.steps.ts"], folder);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(done.stdout).toContain('output {"at":"2026-04-04T00:00:00Z","van":"blue"}');
  });

  it("kills the worker at every point in turn", async () => {
    const done = await sagac(["simulate", ORDER, "--crash", "--outcome", "payments.authorizePayment=PaymentDeclined"], ROOT);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(
      /its worker was killed at \d+ points in turn: the same end each time, nothing lost, nothing doubled\n$/,
    );
  });

  it("gives the same as one JSON document", async () => {
    const done = await sagac(["simulate", ORDER, "--format", "json", "--crash"], ROOT);
    const answer = JSON.parse(done.stdout);
    expect(answer).toMatchObject({
      schema: 1,
      command: "simulate",
      exitCode: 0,
      problem: null,
      saga: "PlaceOrder",
      crash: { points: expect.any(Number), differences: [] },
    });
    expect(answer.runs).toEqual([expect.objectContaining({ status: "completed", faults: [], effects: expect.any(Array) })]);
  });

  it("says what it was asked for and cannot do", async () => {
    const folder = scratchFolder({ "two.saga": `${sagaText("Hello")}\n${sagaText("Goodbye", "leave")}`, "bad.saga": BROKEN });
    const which = await sagac(["simulate", "two.saga"], folder);
    expect(which).toMatchObject({ code: 2, stdout: "" });
    expect(which.stderr).toContain("SAGA7120 which-saga: There are 2 sagas (`Hello` and `Goodbye`)");
    expect((await sagac(["simulate", "two.saga", "Helo"], folder)).stderr).toContain("SAGA7112 no-such-saga");
    const operation = await sagac(["simulate", "two.saga", "Hello", "--outcome", "people.gret=success"], folder);
    expect(operation.stderr).toMatch(
      /SAGA7121 wrong-simulation: .*names no operation.*\n {2}help: Did you mean `people\.greet`\?\n$/,
    );
    const outcome = await sagac(["simulate", "two.saga", "Hello", "--outcome", "people.greet=sucess"], folder);
    expect(outcome.stderr).toContain("Did you mean `success`?");
    const signal = await sagac(["simulate", "two.saga", "Hello", "--signal", "hi={}@2h"], folder);
    expect(signal.stderr).toContain("names no signal that the saga waits for");
    expect(await sagac(["simulate", "bad.saga"], folder)).toMatchObject({ code: 1, stdout: "" });
  });

  it("needs the runtime and says so where it is not installed", async () => {
    const { path: folder, remove } = temporaryFolder("saga-without-runtime-");
    onTestFinished(remove);
    const modules = join(folder, "node_modules");
    mkdirSync(join(modules, "@sagac"), { recursive: true });
    for (const name of readdirSync(join(ROOT, "node_modules")).filter((each) => each !== "@sagac" && !each.startsWith(".")))
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
    symlinkSync(join(ROOT, "grammar"), join(modules, "@sagac/grammar"), "junction");
    cpSync(join(ROOT, "compiler"), join(folder, "compiler"), {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    writeFileSync(join(folder, "hello.saga"), sagaText("Hello"));
    const done = await sagac(["simulate", "hello.saga"], folder, {}, null, join(folder, "compiler/cli/main.ts"));
    expect(done).toMatchObject({ code: 2, stdout: "" });
    expect(done.stderr).toBe(
      "sagac: SAGA7122 not-installed: `@sagac/runtime` is not found from `hello.saga`, so the saga cannot be run.\n" +
        "  help: Install it where the saga would run: `npm install @sagac/runtime`.\n",
    );
  });
});

const TRIP = `error NoCar
saga Trip {
  timeout 1d
  input { id: uuid }
  step book on hotels {
    input { input.id }
    output { booking: string }
    inquire ask
    retry 2 backoff 1s
    compensate cancel { input { input.id } retry 2 backoff 1s }
  }
  readonly step rent on cars { throws NoCar }
}
`;
