import { describe, expect, it } from "vitest";
import { verify } from "../../compiler/verify/verify.ts";
import { sagaOf } from "./build.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { load, stories } from "./kit.ts";

/** Every law holds on the machine of every construct. */
describe.each(Object.entries(CONSTRUCTS))("%s", (_, [body, endings]) => {
  it("keeps every law, in a walk over all its states", async () => {
    const machine = await load(sagaOf(body, endings));
    const result = verify(machine, { maxStates: 100_000 });
    expect(stories(result, machine)).toEqual({});
    expect(result.coverage).toEqual({ complete: true });
    expect(result.ends.compensated).toBeGreaterThan(0);
  });
});
