import { runSaga } from "@sagac/runtime/testing";
import { describe, expect, it } from "vitest";
import { compiled } from "../kit/compiled.ts";
import { typeErrors } from "../plan/written.ts";

const SOURCE = `
service shop { idempotent for 7d }

saga Sample {
  timeout 1h
  input { orderId: string, n: int, lines: { sku: string }[] }

  step open on shop { key "open \${input.orderId}" output { ref: string } compensate close }
  step count on shop {
    key input.n
    input { input.n }
    compensate other.uncount { key open.ref }
    inquire counted
  }
  foreach line in input.lines {
    step pack on shop { key "\${input.orderId}/\${line.sku}" input { line.sku } compensate unpack }
  }
  step plain on shop { compensate none because "nothing is kept" }
  step last on shop { compensate none because "nothing is kept" throws Refused }
}

error Refused
`;

const INPUT = { orderId: "ö/1", n: 7, lines: [{ sku: "a" }, { sku: "b" }] };

describe("a key of a call's own", async () => {
  const { definition, folder } = await compiled(SOURCE);
  const run = async (steps: object) =>
    (await runSaga(definition as never, { input: INPUT as never, steps: steps as never })) as Awaited<ReturnType<typeof runSaga>>;

  it("stands, with its service, in place of saga, id and step: in an item as well", async () => {
    const { calls, status, faults } = await run({});
    expect({ status, faults }).toEqual({ status: "completed", faults: [] });
    const keys = Object.fromEntries(calls.map(({ operation, key, input }) => [`${operation} ${JSON.stringify(input)}`, key]));
    expect(keys).toEqual({
      "open {}": "shop/open%20%C3%B6%2F1/forward/0",
      'count {"n":7}': "shop/7/forward/0",
      'pack {"sku":"a"}': "shop/%C3%B6%2F1%2Fa/forward/0",
      'pack {"sku":"b"}': "shop/%C3%B6%2F1%2Fb/forward/0",
      "plain {}": "Sample/run-1/plain/forward/0",
      "last {}": "Sample/run-1/last/forward/0",
    });
  });

  it("may hold half of a surrogate pair, as a text that was cut short has it: each is told from the other, and from its own spelling", async () => {
    const keys = await Promise.all(
      ["a\ud800", "a\ud801", "a%ud800", "a\ud83d\ude00"].map(async (orderId) => {
        const { calls, status } = await runSaga(definition as never, {
          input: { ...INPUT, orderId } as never,
          steps: {} as never,
        });
        expect(status).toBe("completed");
        return calls.find(({ operation }) => operation === "open")?.key;
      }),
    );
    expect(keys).toEqual(["%ud800", "%ud801", "%25ud800", "%F0%9F%98%80"].map((end) => `shop/open%20a${end}/forward/0`));
  });

  it("goes with the way back, and that of the call that is undone is told", async () => {
    const { calls, status, faults } = await run({
      shop: { last: { error: "Refused" }, open: { output: { ref: "r-1" } } },
    });
    expect({ status, faults }).toEqual({ status: "compensated", faults: [] });
    const undone = calls.filter(({ kind }) => kind === "undo");
    expect(undone.map(({ operation, key, forwardKey }) => [operation, key, forwardKey]).sort()).toEqual([
      ["close", "shop/open%20%C3%B6%2F1/undo/0", "shop/open%20%C3%B6%2F1/forward/0"],
      ["uncount", "other/r-1/undo/0", "shop/7/forward/0"],
      ["unpack", "shop/%C3%B6%2F1%2Fa/undo/0", "shop/%C3%B6%2F1%2Fa/forward/0"],
      ["unpack", "shop/%C3%B6%2F1%2Fb/undo/0", "shop/%C3%B6%2F1%2Fb/forward/0"],
    ]);
  });

  it("is the same for every attempt, and has a generation of its own after 'it did not happen'", async () => {
    const again = await run({ shop: { open: ["unknown", "unknown", "success"] } });
    const opened = again.calls.filter(({ step }) => step === "open").map(({ key }) => key);
    expect(opened).toEqual(Array.from({ length: 3 }, () => "shop/open%20%C3%B6%2F1/forward/0"));
    const absent = await run({ shop: { count: ["unknown", "success"] } });
    const counted = absent.calls.filter(({ step }) => step === "count").map(({ key }) => key);
    expect(counted).toEqual(["shop/7/forward/0", "shop/7/inquire/0", "shop/7/forward/1"]);
  });

  it("is a text for TypeScript", () => {
    expect(typeErrors(folder)).toBe("");
  });
});
