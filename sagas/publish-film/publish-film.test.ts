import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { publishFilm } from "./generated/publish-film.saga.ts";
import type { PublishFilmInput } from "./generated/publish-film.types.ts";
import { filmWorld } from "./participants/film-world.ts";
import { steps } from "./publish-film.steps.ts";

// The saga with its own handlers, in virtual time: the weeks until the film opens take milliseconds.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const input: PublishFilmInput = {
  filmId: "6f1f7a6e-0f5c-4f0a-9a55-1f1d6c1f0003",
  title: "The Long Way Back",
  seconds: 5_400,
  formats: [
    { name: "sd", height: 480 },
    { name: "hd", height: 1_080 },
    { name: "uhd", height: 2_160 },
  ],
  regions: ["NL", "AT"],
  opensAt: "2026-01-31T18:00:00Z", // virtual time begins with the year 2026
};

/** The calls that undo something, in order. */
const undone = (run: { readonly calls: readonly { readonly kind: string; readonly operation: string }[] }) =>
  run.calls.filter(({ kind }) => kind === "undo").map(({ operation }) => operation);

test("a film is made, cleared, entered, and opens on its day", async () => {
  const run = await runSaga(publishFilm, { id: "opens", input, steps });
  expect(run).toMatchObject({ status: "completed", output: { formats: 3, regions: 2 }, faults: [] });
  const opened = run.calls.find(({ step }) => step === "open");
  expect(opened?.atMs).toBe(Date.parse(input.opensAt));
  expect(run.calls.find(({ step }) => step === "reserveMachines")?.input).toMatchObject({ minutes: 620 });
  const things = filmWorld.of("opens");
  expect(things).toHaveLength(1 + 3 + 3 + 2 + 3); // machines, files, addresses, licences; entry, sale and copies
});

test("a format that cannot be made: the others are stopped, and all there is of the film is removed", async () => {
  const formats = [...input.formats, { name: "8k", height: 4_320 }];
  const run = await runSaga(publishFilm, { id: "bad-source", input: { ...input, formats }, steps });
  expect(run).toMatchObject({
    status: "compensated",
    failure: { name: "BadSource", data: { reason: "the source has 2160 lines, 8k wants 4320" } },
    faults: [],
  });
  expect(filmWorld.of("bad-source")).toEqual([]);
  expect(undone(run).at(-1)).toBe("releaseMachines");
  expect(run.calls.map(({ step }) => step)).not.toContain("enter");
});

test("one region without a licence: the other office ends in peace, and gives its licence back", async () => {
  const clear: typeof steps.rights.clear = (wanted, ctx) => {
    if (wanted.region === "NL") throw ctx.fail("NoLicence", { region: "NL" });
    return steps.rights.clear(wanted, ctx);
  };
  const run = await runSaga(publishFilm, { id: "no-licence", input, steps: { ...steps, rights: { ...steps.rights, clear } } });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "NoLicence", data: { region: "NL" } }, faults: [] });
  const cleared = run.effects.filter(({ step }) => step === "clear");
  expect(cleared).toMatchObject([{ undoneAtMs: expect.any(Number) }]);
  expect(filmWorld.of("no-licence")).toEqual([]);
});

test("only four formats are made at once", async () => {
  const formats = Array.from({ length: 6 }, (_, index) => ({ name: `f${index}`, height: 480 }));
  const encode = { output: { path: "/f", bytes: 1 }, after: "1h" } as const;
  const run = await runSaga(publishFilm, {
    id: "four",
    input: { ...input, formats },
    steps: { ...steps, studio: { ...steps.studio, encode } },
  });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  const begun = run.calls.filter(({ step }) => step === "encode").map(({ atMs }) => atMs - (run.calls[0]?.atMs ?? 0));
  expect(begun).toEqual([0, 0, 0, 0, HOUR_MS, HOUR_MS]);
});

test("the stores are down for three hours: the entry is tried until they are up again", async () => {
  const down = Array.from({ length: 6 }, () => ({ error: "StoreDown" }) as const);
  const run = await runSaga(publishFilm, { id: "down", input, steps: { ...steps, stores: { ...steps.stores, enter: down } } });
  expect(run).toMatchObject({ status: "completed", faults: [], parked: [] });
  expect(run.calls.filter(({ step }) => step === "enter")).toHaveLength(7);
});

test("they stay down: a person is asked, and says to go back", async () => {
  const enter = { error: "StoreDown" } as const;
  const asked: string[] = [];
  const run = await runSaga(publishFilm, {
    id: "gone",
    input,
    steps: { ...steps, stores: { ...steps.stores, enter } },
    person(call) {
      asked.push(call);
      return { verb: "goBack" };
    },
  });
  expect(asked).toEqual(["enter"]);
  expect(run).toMatchObject({ status: "compensated", faults: [] });
  expect(filmWorld.of("gone")).toEqual([]);
});

test("withdrawn the week before it opens: entry first, then files and licences side by side, then the machines", async () => {
  const run = await runSaga(publishFilm, { id: "withdrawn", input, steps, events: [{ at: 20 * DAY_MS, cancel: "recut" }] });
  expect(run).toMatchObject({ status: "compensated", failure: { name: "Cancelled" }, faults: [] });
  const names = undone(run);
  expect(names[0]).toBe("withdraw");
  expect([...names.slice(1, -1)].sort()).toEqual([
    ...Array<string>(3).fill("deleteFile"),
    ...Array<string>(2).fill("giveBack"),
    ...Array<string>(3).fill("takeDown"),
  ]);
  expect(names.at(-1)).toBe("releaseMachines");
  expect(filmWorld.of("withdrawn")).toEqual([]);
});

test("the copies near the viewers cannot be made: the film is on sale all the same", async () => {
  const cdn = { ...steps.cdn, warm: "unknown" } as const;
  const run = await runSaga(publishFilm, { id: "cold", input, steps: { ...steps, cdn } });
  expect(run).toMatchObject({ status: "completed", faults: [] });
  expect(run.calls.filter(({ step }) => step === "warmUp")).toHaveLength(3);
  expect(filmWorld.of("cold")).not.toContain("copies near the viewers");
});
