import type { PublishFilmSteps } from "./generated/publish-film.saga.ts";
import { filmWorld } from "./participants/film-world.ts";

// The handlers of the saga PublishFilm. Each hands the call's keys (`ctx`) on, so that a repeated call makes nothing twice.
export const steps: PublishFilmSteps = {
  studio: {
    async reserve({ minutes }, ctx) {
      return { pool: filmWorld.make(`machines for ${minutes} min`, ctx) };
    },
    async releaseMachines(_input, ctx) {
      filmWorld.remove(ctx);
    },
    async encode({ filmId, name, height }, ctx) {
      if (height > SOURCE_HEIGHT)
        throw ctx.fail("BadSource", { reason: `the source has ${SOURCE_HEIGHT} lines, ${name} wants ${height}` });
      filmWorld.make(`file ${name}`, ctx);
      return { path: `/films/${filmId}/${name}`, bytes: height * 1_000_000 };
    },
    async deleteFile(_input, ctx) {
      filmWorld.remove(ctx);
    },
  },
  cdn: {
    async upload({ path }, ctx) {
      filmWorld.make(`address of ${path.split("/").at(-1)}`, ctx);
      return { url: `https://cdn.example${path}` };
    },
    async takeDown(_input, ctx) {
      filmWorld.remove(ctx);
    },
    async warm(_input, ctx) {
      filmWorld.make("copies near the viewers", ctx);
    },
  },
  rights: {
    async findRating() {
      return { rating: "12" };
    },
    async clear({ region }, ctx) {
      return { licence: filmWorld.make(`licence for ${region}`, ctx) };
    },
    async giveBack(_input, ctx) {
      filmWorld.remove(ctx);
    },
  },
  stores: {
    async enter({ title }, ctx) {
      return { entry: filmWorld.make(`entry of ${title}`, ctx) };
    },
    async withdraw(_input, ctx) {
      filmWorld.remove(ctx);
    },
    async open({ entry }, ctx) {
      filmWorld.make(`sale of ${entry}`, ctx);
      return { liveAt: new Date().toISOString() };
    },
  },
  compute: {
    /** A machine makes a minute of 1080 lines in two minutes, and more lines take longer in proportion. */
    minutes(seconds, heights) {
      const lines = heights.reduce((all, height) => all + height, 0);
      return Math.ceil(((seconds / 60) * 2 * lines) / 1_080);
    },
  },
};

/** Lines of the film as it came: more cannot be made of it. */
const SOURCE_HEIGHT = 2_160;
