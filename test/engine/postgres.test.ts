import { openStore } from "@sagac/runtime";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { describePostgres, type PostgresServer, postgresForTests } from "../kit/postgres.ts";
import { type PostgresPlace, postgresPlace } from "../store/places.ts";
import { comparable as comparableOrder } from "./comparable.ts";
import { comparable, play, reference, STORIES } from "./emitted/play.ts";
import { reads } from "./reads.ts";
import { play as playOrder, scenarios, wayOf } from "./scenarios.ts";

/** In one of them three days pass in steps of seconds: on a busy machine that takes its time. */
const SLOW = { timeout: 600_000 };

describePostgres("the same history on Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgresForTests();
  });
  afterAll(() => server.stop());

  async function inPlace(run: (place: PostgresPlace) => Promise<void>): Promise<void> {
    const place = await postgresPlace(server, { partitions: 1 })();
    try {
      await run(place);
    } finally {
      await place.dispose();
    }
  }

  describe("the stories of an order", () => {
    test.each(scenarios)("$name", SLOW, (scenario) =>
      inPlace(async (place) => {
        const told = await playOrder(scenario, (clock) => openStore("memory:", { clock }));
        const story = await playOrder(scenario, (clock) => place.open({ clock }), wayOf(scenario, 2));
        expect(comparableOrder(story)).toEqual(comparableOrder(told));
        expect(story.replayed).toBe(story.state);
      }),
    );
  });

  describe("reading one's own writes", () => {
    reads(async () => {
      const place = await postgresPlace(server)();
      const store = await place.open({});
      onTestFinished(() => place.dispose());
      return store;
    });
  });

  describe("what the compiler emits", () => {
    test.each(STORIES)("$name", SLOW, ({ source, story }) =>
      inPlace(async (place) => {
        const run = await play(source, story, (clock) => place.open({ clock }));
        expect(comparable(run)).toEqual(comparable(await reference(source, story)));
      }),
    );
  });
});
