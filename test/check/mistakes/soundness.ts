import { PIVOT, saga, step } from "../kit/sagas.ts";
import { ERROR, inSaga, type Mistake } from "./mistake.ts";

/** What a saga must be to end well. */
export const SOUNDNESS: readonly Mistake[] = [
  inSaga(
    "a step without its undo",
    "step «reserve» on inventory { input { input.orderId } }",
    "SAGA4003",
    "Add `compensate <operation>`",
    step("reserve"),
  ),
  inSaga(
    "a pivot without `step`",
    `${step("reserve")}pivot «capture» on payments { input { input.orderId } }`,
    "SAGA1001",
    "Write `pivot step capture`.",
    step("reserve") + PIVOT,
  ),
  inSaga(
    "a second pivot",
    `${PIVOT}pivot step «ship» on shipping { input { input.orderId } }`,
    "SAGA4009",
    "Keep the `pivot` of the step that decides",
    `${PIVOT}step ship on shipping { input { input.orderId } }`,
  ),
  inSaga(
    "a pivot among others",
    `parallel { pivot step «capture» on payments { input { input.orderId } }\n${step("reserve")} }`,
    "SAGA4010",
    "Move the pivot behind the `parallel`.",
    `parallel { ${step("other")} ${step("reserve")} }\n${PIVOT}`,
  ),
  inSaga(
    "an undo behind the pivot",
    `${PIVOT}step reserve on inventory { input { input.orderId } «compensate release» }`,
    "SAGA4004",
    "Remove the `compensate`; or move the step above the pivot.",
    `${PIVOT}step reserve on inventory { input { input.orderId } }`,
  ),
  inSaga(
    "a step that is given up behind the pivot",
    `${PIVOT}step ship on shipping { input { input.orderId } retry «3 backoff 1s» }`,
    "SAGA4007",
    "Leave `retry` out",
    `${PIVOT}step ship on shipping { input { input.orderId } }`,
  ),
  inSaga(
    "an output that may be absent",
    `if true { step look on inventory { output { code: string } compensate forget } }\nstep reserve on inventory { input { «look».code } compensate release }`,
    "SAGA4020",
    "`if look != null { … }`",
    `if true { step look on inventory { output { code: string } compensate forget } }\nif look != null { step reserve on inventory { input { look.code } compensate release } }`,
  ),
  inSaga(
    "an output of a branch beside",
    `parallel {\n${step("reserve", "output { code: string }")}step pay on payments { input { «reserve».code } compensate refund } }`,
    "SAGA4006",
    "move this one behind the `parallel`",
    `parallel {\n${step("reserve", "output { code: string }")}${step("other")} }\nstep pay on payments { input { reserve.code } compensate refund }`,
  ),
  inSaga(
    "an error without its data",
    `if true { fail «OutOfStock» }\n${step("reserve")}`,
    "SAGA3050",
    "Add it: `left: …`.",
    `if true { fail OutOfStock { left: 0 } }\n${step("reserve")}`,
    ERROR,
  ),
  inSaga(
    "rounds without their number",
    "«repeat» { readonly step look on inventory { output { ok: boolean } } } until look.ok",
    "SAGA6012",
    "`repeat max 10 …`",
    "repeat max 10 { readonly step look on inventory { output { ok: boolean } } } until look.ok",
  ),
  inSaga(
    "a wait with `for`",
    `${step("reserve")}await approved «for» 5m`,
    "SAGA1012",
    "`timeout 2d`",
    `${step("reserve")}await approved timeout 5m`,
    { head: "signal approved" },
  ),
  {
    ...inSaga("a saga without its time", step("reserve"), "SAGA6001", "`timeout 3d`", step("reserve")),
    wrong: saga(step("reserve")).replace("timeout 1h\n", "").replace("saga Order", "saga «Order»"),
  },
];
