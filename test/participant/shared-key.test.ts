import { DatabaseSync } from "node:sqlite";
import { implement, type SagaDefinition, type StepContext } from "@sagac/runtime";
import { sqliteFence } from "@sagac/runtime/participant";
import { runSaga } from "@sagac/runtime/testing";
import { expect, test } from "vitest";
import { compiled } from "../kit/compiled.ts";

/** Two sagas that name the same invoice: it is paid once, and the second is told so. */
const SOURCE = `
service payments { fenced }
error Broken

saga Sample {
  timeout 1h
  input { invoice: string, breaks: boolean }
  step pay on payments { key input.invoice output { ref: string } compensate refund }
  step book on payments { input { input.breaks } throws Broken compensate none because "it is only looked at" }
}
`;

interface Input {
  readonly invoice: string;
  readonly breaks: boolean;
}

test("the saga that comes second fails with KeyOwnedByOther, and undoes nothing of the first", async () => {
  const { definition } = await compiled(SOURCE);
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE effect (line TEXT)");
  const fence = sqliteFence({ db, scope: "payments" });
  const write = (line: string) => void db.prepare("INSERT INTO effect VALUES (?)").run(line);
  const steps = {
    payments: {
      pay: (_: unknown, ctx: StepContext) =>
        fence.call(ctx, () => {
          write(`pay ${ctx.sagaId}`);
          return { ref: ctx.sagaId };
        }),
      refund: (_: unknown, ctx: StepContext) => fence.undo(ctx, () => write(`refund ${ctx.sagaId}`)),
      book: ({ breaks }: Input, ctx: StepContext<{ readonly Broken: unknown }>) => {
        if (breaks) throw ctx.fail("Broken", {});
      },
    },
  };
  const run = (id: string, breaks: boolean) =>
    runSaga(definition as SagaDefinition<Input>, { id, input: { invoice: "invoice-7", breaks }, steps } as never);
  expect(implement(definition as never, steps as never)).toBeDefined();

  expect(await run("first", false)).toMatchObject({ status: "completed" });
  const second = await run("second", false);
  expect(second).toMatchObject({ status: "compensated", failure: { name: "KeyOwnedByOther", step: "pay" }, incomplete: [] });
  expect(
    db
      .prepare("SELECT line FROM effect")
      .all()
      .map(({ line }) => line),
  ).toEqual(["pay first"]);

  // The first is undone by itself alone.
  const third = await runSaga(
    definition as SagaDefinition<Input>,
    { id: "third", input: { invoice: "invoice-8", breaks: true }, steps } as never,
  );
  expect(third).toMatchObject({ status: "compensated", failure: { name: "Broken" } });
  expect(
    db
      .prepare("SELECT line FROM effect")
      .all()
      .map(({ line }) => line),
  ).toEqual(["pay first", "pay third", "refund third"]);
});
