import type { ChangeRule } from "../rule.ts";
import { callLimitsChanged } from "./call-limits-changed.ts";
import { calleeChanged } from "./callee-changed.ts";
import { computeCallChanged } from "./compute-call-changed.ts";
import { computeChanged } from "./compute-changed.ts";
import { conditionChanged } from "./condition-changed.ts";
import { endingChanged } from "./ending-changed.ts";
import { errorChanged } from "./error-changed.ts";
import { errorUnthrown } from "./error-unthrown.ts";
import { exhaustedChanged } from "./exhausted-changed.ts";
import { failureChanged } from "./failure-changed.ts";
import { inputFieldRemoved } from "./input-field-removed.ts";
import { inputNarrowed } from "./input-narrowed.ts";
import { keyChanged } from "./key-changed.ts";
import { loopChanged } from "./loop-changed.ts";
import { mappingChanged } from "./mapping-changed.ts";
import { operationAdded } from "./operation-added.ts";
import { operationInputChanged } from "./operation-input-changed.ts";
import { operationOutputNarrowed } from "./operation-output-narrowed.ts";
import { operationRemoved } from "./operation-removed.ts";
import { orderChanged } from "./order-changed.ts";
import { outputChanged } from "./output-changed.ts";
import { pivotMoved } from "./pivot-moved.ts";
import { recordMoved } from "./record-moved.ts";
import { refusalChanged } from "./refusal-changed.ts";
import { scopeChanged } from "./scope-changed.ts";
import { secretChanged } from "./secret-changed.ts";
import { serviceLimitsChanged } from "./service-limits-changed.ts";
import { servicePromiseChanged } from "./service-promise-changed.ts";
import { shapeChanged } from "./shape-changed.ts";
import { signalNarrowed } from "./signal-narrowed.ts";
import { signalRemoved } from "./signal-removed.ts";
import { stepAdded } from "./step-added.ts";
import { stepKindChanged } from "./step-kind-changed.ts";
import { stepRemoved } from "./step-removed.ts";
import { tagRemoved } from "./tag-removed.ts";
import { timeLimitChanged } from "./time-limit-changed.ts";
import { typeRemoved } from "./type-removed.ts";
import { undoChanged } from "./undo-changed.ts";
import { undoLost } from "./undo-lost.ts";
import { versionLowered } from "./version-lowered.ts";
import { versionNotRaised } from "./version-not-raised.ts";
import { waitChanged } from "./wait-changed.ts";

/** Every kind of change between two plans of one saga, by code. */
export const CHANGE_RULES: readonly ChangeRule[] = [
  versionNotRaised,
  versionLowered,
  undoLost,
  recordMoved,
  inputNarrowed,
  outputChanged,
  signalRemoved,
  signalNarrowed,
  errorChanged,
  tagRemoved,
  operationAdded,
  operationRemoved,
  operationInputChanged,
  operationOutputNarrowed,
  errorUnthrown,
  computeChanged,
  typeRemoved,
  inputFieldRemoved,
  stepAdded,
  stepRemoved,
  orderChanged,
  pivotMoved,
  timeLimitChanged,
  callLimitsChanged,
  exhaustedChanged,
  refusalChanged,
  undoChanged,
  stepKindChanged,
  keyChanged,
  mappingChanged,
  conditionChanged,
  waitChanged,
  loopChanged,
  scopeChanged,
  calleeChanged,
  computeCallChanged,
  failureChanged,
  endingChanged,
  servicePromiseChanged,
  secretChanged,
  shapeChanged,
  serviceLimitsChanged,
];
