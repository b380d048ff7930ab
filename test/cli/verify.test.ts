import { describe, expect, it } from "vitest";
import { scratchFolder } from "../kit/scratch.ts";
import { BROKEN, sagac, sagaText, tree } from "./sagac.ts";

const COMPENSATED = `saga Trip {
  timeout 1h
  input { id: uuid }
  step book on hotels {
    input { input.id }
    output { booking: string }
    retry 2 backoff 1s..5s
    compensate cancel { input { input.id } retry 2 backoff 1s..5s }
  }
}
`;

describe("sagac verify", () => {
  it("prints for each saga what was walked and that the laws hold, and writes no files", async () => {
    const folder = scratchFolder({ "a.saga": sagaText("Hello"), "b.saga": COMPENSATED });
    const run = await sagac(["verify"], folder);
    expect(run).toMatchObject({ code: 0, stderr: "2 sagas verified\n" });
    expect(run.stdout).toMatch(
      /^Hello \(a\.saga\): \d+ laws hold\n {2}\d+ states, \d+ transitions \(\d+ by XState too\), \d+\.\d s\n/m,
    );
    expect(run.stdout).toMatch(/^Trip \(b\.saga\): \d+ laws hold$/m);
    expect(run.stdout.match(/^ {2}coverage: complete$/gm)).toHaveLength(2);
    expect(Object.keys(tree(folder))).toEqual(["a.saga", "b.saga"]);
  });

  it("says what a budget cut off", async () => {
    const run = await sagac(["verify", "--max-states", "20"], scratchFolder({ "trip.saga": COMPENSATED }));
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^Trip \(trip\.saga\): \d+ laws hold, as far as was walked$/m);
    expect(run.stdout).toMatch(
      /^ {2}coverage: cut by --max-states: \d+ of the \d+ states were not walked on from; every story of up to \d+ events? was$/m,
    );
  });

  it("gives the same as one JSON document", async () => {
    const run = await sagac(["verify", "--format", "json"], scratchFolder({ "trip.saga": COMPENSATED }));
    const answer = JSON.parse(run.stdout);
    expect(answer).toMatchObject({ schema: 1, command: "verify", exitCode: 0, problem: null });
    expect(answer.sagas).toEqual([
      expect.objectContaining({ saga: "Trip", source: "trip.saga", coverage: { complete: true }, broken: [] }),
    ]);
    expect(answer.laws.length).toBeGreaterThan(15);
    expect(run.stderr).toBe("");
  });

  it("tells what is wrong in the sources, and walks nothing then", async () => {
    const run = await sagac(["verify"], scratchFolder({ "bad.saga": BROKEN }));
    expect(run).toMatchObject({ code: 1, stderr: "0 sagas verified\n" });
    expect(run.stdout).toMatch(/^bad\.saga:5:\d+: error SAGA\d{4} /m);
  });
});
