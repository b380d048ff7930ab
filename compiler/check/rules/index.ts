import type { Rule } from "../rule.ts";
import { afterTheEnd } from "./after-the-end.ts";
import { argumentCount } from "./argument-count.ts";
import { backoffReversed } from "./backoff-reversed.ts";
import { bestEffortUndone } from "./best-effort-undone.ts";
import { beyondDeadline } from "./beyond-deadline.ts";
import { boundedAfterPivot } from "./bounded-after-pivot.ts";
import { boundedPivot } from "./bounded-pivot.ts";
import { boundlessLimit } from "./boundless-limit.ts";
import { callBeforePivot } from "./call-before-pivot.ts";
import { callCanFail } from "./call-can-fail.ts";
import { callsItself } from "./calls-itself.ts";
import { compensationAfterPivot } from "./compensation-after-pivot.ts";
import { computePlace } from "./compute-place.ts";
import { contradictoryKinds } from "./contradictory-kinds.ts";
import { contradictoryUndo } from "./contradictory-undo.ts";
import { doesNotFit } from "./does-not-fit.ts";
import { doubledEffect } from "./doubled-effect.ts";
import { doubledLiteral } from "./doubled-literal.ts";
import { doubledOptional } from "./doubled-optional.ts";
import { duplicateClause } from "./duplicate-clause.ts";
import { duplicateEntry } from "./duplicate-entry.ts";
import { duplicateField } from "./duplicate-field.ts";
import { duplicateName } from "./duplicate-name.ts";
import { duplicateThrows } from "./duplicate-throws.ts";
import { durationTooLong } from "./duration-too-long.ts";
import { earlyTime } from "./early-time.ts";
import { emptyGroup } from "./empty-group.ts";
import { emptySaga } from "./empty-saga.ts";
import { endingChangesNothing } from "./ending-changes-nothing.ts";
import { failAfterPivot } from "./fail-after-pivot.ts";
import { foreignDoc } from "./foreign-doc.ts";
import { idleCase } from "./idle-case.ts";
import { importPath } from "./import-path.ts";
import { importUnknown } from "./import-unknown.ts";
import { importUnread } from "./import-unread.ts";
import { itemName } from "./item-name.ts";
import { itemOrder } from "./item-order.ts";
import { loneBranch } from "./lone-branch.ts";
import { lookAlike } from "./look-alike.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import { mayNotHaveRun } from "./may-not-have-run.ts";
import { misplacedClause } from "./misplaced-clause.ts";
import { missingCompensation } from "./missing-compensation.ts";
import { missingField } from "./missing-field.ts";
import { missingRounds } from "./missing-rounds.ts";
import { missingTimeout } from "./missing-timeout.ts";
import { mixedArray } from "./mixed-array.ts";
import { mixedScript } from "./mixed-script.ts";
import { namesMeet } from "./names-meet.ts";
import { neverAbsent } from "./never-absent.ts";
import { neverEqual } from "./never-equal.ts";
import { neverExpires } from "./never-expires.ts";
import { neverThrown } from "./never-thrown.ts";
import { noCommonType } from "./no-common-type.ts";
import { noCount } from "./no-count.ts";
import { noFailure } from "./no-failure.ts";
import { noResult } from "./no-result.ts";
import { noType } from "./no-type.ts";
import { notADuration } from "./not-a-duration.ts";
import { notAvailable } from "./not-available.ts";
import { notYetRun } from "./not-yet-run.ts";
import { operandType } from "./operand-type.ts";
import { operationRoles } from "./operation-roles.ts";
import { operationTypes } from "./operation-types.ts";
import { otherWay } from "./other-way.ts";
import { outlivesKey } from "./outlives-key.ts";
import { outlivesUndo } from "./outlives-undo.ts";
import { ownOutput } from "./own-output.ts";
import { parallelGoesOn } from "./parallel-goes-on.ts";
import { parallelResult } from "./parallel-result.ts";
import { pivotCompensated } from "./pivot-compensated.ts";
import { pivotInParallel } from "./pivot-in-parallel.ts";
import { policyTwice } from "./policy-twice.ts";
import { raceWaits } from "./race-waits.ts";
import { rateUnit } from "./rate-unit.ts";
import { readonlyCompensated } from "./readonly-compensated.ts";
import { recursiveType } from "./recursive-type.ts";
import { reservedError } from "./reserved-error.ts";
import { reservedName } from "./reserved-name.ts";
import { secretInText } from "./secret-in-text.ts";
import { secretShown } from "./secret-shown.ts";
import { severalPivots } from "./several-pivots.ts";
import { sharedKey } from "./shared-key.ts";
import { siblingOutput } from "./sibling-output.ts";
import { spentOutcome } from "./spent-outcome.ts";
import { strayDoc } from "./stray-doc.ts";
import { tagSource } from "./tag-source.ts";
import { tagType } from "./tag-type.ts";
import { throwsAfterPivot } from "./throws-after-pivot.ts";
import { tooFewAttempts } from "./too-few-attempts.ts";
import { tooManyBranches } from "./too-many-branches.ts";
import { twoLimits } from "./two-limits.ts";
import { unawaitedSignal } from "./unawaited-signal.ts";
import { unboundedAwait } from "./unbounded-await.ts";
import { uncertainRefusal } from "./uncertain-refusal.ts";
import { undoBehindPivot } from "./undo-behind-pivot.ts";
import { unfitType } from "./unfit-type.ts";
import { unionMember } from "./union-member.ts";
import { unknownCallee } from "./unknown-callee.ts";
import { unknownError } from "./unknown-error.ts";
import { unknownFunction } from "./unknown-function.ts";
import { unknownMember } from "./unknown-member.ts";
import { unknownName } from "./unknown-name.ts";
import { unknownService } from "./unknown-service.ts";
import { unknownSignal } from "./unknown-signal.ts";
import { unknownType } from "./unknown-type.ts";
import { unreachable } from "./unreachable.ts";
import { unusedBackoff } from "./unused-backoff.ts";
import { unusedDeclaration } from "./unused-declaration.ts";
import { unusedOutput } from "./unused-output.ts";
import { unusedThen } from "./unused-then.ts";
import { versionTooSmall } from "./version-too-small.ts";
import { waitBeyondDeadline } from "./wait-beyond-deadline.ts";
import { zeroDivisor } from "./zero-divisor.ts";
import { zeroDuration } from "./zero-duration.ts";
/** Every rule, by code. A new one is a file here, a line here, and a page in `docs/errors`. */
export const rules: readonly Rule[] = [
  unknownName,
  unknownType,
  unknownError,
  unknownService,
  duplicateName,
  duplicateField,
  duplicateEntry,
  duplicateThrows,
  duplicateClause,
  misplacedClause,
  itemOrder,
  reservedName,
  reservedError,
  mixedScript,
  lookAlike,
  unusedDeclaration,
  emptySaga,
  earlyTime,
  emptyGroup,
  loneBranch,
  tooManyBranches,
  versionTooSmall,
  strayDoc,
  foreignDoc,
  importPath,
  importUnread,
  importUnknown,
  namesMeet,
  unknownSignal,
  unawaitedSignal,
  twoLimits,
  neverExpires,
  tagSource,
  computePlace,
  unknownFunction,
  unknownMember,
  notADuration,
  noType,
  mixedArray,
  unionMember,
  doubledLiteral,
  doubledOptional,
  recursiveType,
  operationTypes,
  operationRoles,
  afterTheEnd,
  argumentCount,
  operandType,
  mayBeAbsent,
  zeroDivisor,
  secretInText,
  neverEqual,
  noCommonType,
  neverAbsent,
  unfitType,
  tagType,
  secretShown,
  unboundedAwait,
  idleCase,
  waitBeyondDeadline,
  notYetRun,
  ownOutput,
  missingCompensation,
  compensationAfterPivot,
  throwsAfterPivot,
  siblingOutput,
  boundedAfterPivot,
  boundedPivot,
  severalPivots,
  pivotInParallel,
  uncertainRefusal,
  outlivesUndo,
  doubledEffect,
  sharedKey,
  contradictoryUndo,
  readonlyCompensated,
  parallelGoesOn,
  parallelResult,
  pivotCompensated,
  contradictoryKinds,
  notAvailable,
  missingTimeout,
  zeroDuration,
  backoffReversed,
  beyondDeadline,
  unusedBackoff,
  outlivesKey,
  tooFewAttempts,
  durationTooLong,
  unknownCallee,
  unusedOutput,
  noResult,
  policyTwice,
  neverThrown,
  unreachable,
  noCount,
  rateUnit,
  boundlessLimit,
  noFailure,
  missingField,
  doesNotFit,
  mayNotHaveRun,
  otherWay,
  itemName,
  spentOutcome,
  raceWaits,
  failAfterPivot,
  undoBehindPivot,
  callBeforePivot,
  callsItself,
  callCanFail,
  bestEffortUndone,
  endingChangesNothing,
  missingRounds,
  unusedThen,
];
