import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { typeNames } from "../../compiler/emit/lib/names.ts";
import type { Plan } from "../../compiler/index.ts";
import type { MachineTables, SagaDefinition } from "../../runtime/engine/definition.ts";
import { readEnvelope } from "../../runtime/engine/envelope.ts";
import { replay } from "../../runtime/engine/replay.ts";
import { createTransition } from "../../runtime/engine/state.ts";
import { ENDINGS, type Recording } from "./recording.ts";

// What a released runtime has run, today's must be able to go on with: generated code as it was then, logs as they were then, and every log
// folds to the snapshot that was kept, byte for byte.

const versions = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

it("there are recordings", () => {
  expect(versions).not.toEqual([]);
});

describe.each(versions)("what version %s recorded", (version) => {
  const folder = join(import.meta.dirname, version);
  const files = globSync("*.json", { cwd: folder }).sort();

  it("has sagas that complete, that are undone, and that wait for a person", () => {
    const endings = new Set(files.map((file) => file.split(".")[1]));
    expect(endings).toEqual(new Set(ENDINGS));
  });

  it.each(files)("%s", async (file) => {
    const recording = JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording;
    const definition = await load(join(folder, "generated", recording.saga));
    expect(definition).toMatchObject({ saga: recording.saga, version: recording.version, planHash: recording.planHash });
    expect(recording.instances.length).toBeGreaterThan(0);
    for (const { id, records, snapshot } of recording.instances) {
      // Today's runtime takes it for its own: format, plan, shape.
      const { state, body } = readEnvelope({ whole: JSON.stringify(snapshot), changes: [] }, id, definition);
      const tables: MachineTables | undefined = body === null ? definition : definition.bodies?.[body];
      if (tables === undefined) throw new Error(`no body ${body}`);
      for (const kind of ["compiled", "xstate"] as const) {
        const transition = createTransition(tables, kind);
        expect(transition.by).toBe(kind);
        expect(JSON.stringify(replay(transition, records)), `${id}, ${kind}`).toBe(JSON.stringify(state));
      }
    }
    const [root] = recording.instances;
    const ended = root === undefined ? "" : createTransition(definition).statusOf(root.snapshot.state);
    expect(ended).toBe(recording.ending === "parked" ? "running" : recording.ending);
  });
});

async function load(folder: string): Promise<SagaDefinition> {
  const [file = ""] = globSync("*.plan.json", { cwd: folder });
  const plan = JSON.parse(readFileSync(join(folder, file), "utf8")) as Plan;
  const path = join(folder, file.replace(".plan.json", ".saga.ts"));
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Readonly<Record<string, SagaDefinition>>;
  const definition = module[typeNames({ ...plan, types: [] }).saga.variable];
  if (definition === undefined) throw new Error(`${path} does not export its saga`);
  return definition;
}
