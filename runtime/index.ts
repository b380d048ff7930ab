export {
  type Client,
  type ClientOptions,
  createClient,
  type PartitionView,
  type SignalWithStartOptions,
  type StartOptions,
} from "./client/client.ts";
export type { SagaHandle } from "./client/handle.ts";
export type { ListOptions, SagaFilter, SagaPage, SagaSummary } from "./client/search.ts";
export type { CommandView, ReadOptions, SentCommand } from "./client/sent.ts";
export type {
  CancelOptions,
  ChildView,
  HistoryEntry,
  ResultOptions,
  SagaResult,
  SagaView,
  Signature,
  Verdict,
} from "./client/views.ts";
export type { ServiceLoad } from "./engine/admission.ts";
export type {
  Failure,
  InquiryAnswer,
  SagaDefinition,
  ScopeRecord,
  ServiceLimits,
  Validator,
  Validators,
  WaitRecord,
} from "./engine/definition.ts";
export {
  DeclaredError,
  type Handler,
  type InquiryHandler,
  type Logger,
  type StepContext,
  type UndoHandler,
} from "./engine/handlers.ts";
export type { AttemptRecord, AttemptsRecord, CallRef, HistoryRecord } from "./engine/history.ts";
export { type Implementation, implement } from "./engine/implement.ts";
export type { RetryBudget } from "./engine/retry-budget.ts";
export type { Lateness } from "./engine/timers.ts";
export { RUNTIME_CODES, type RuntimeCode, SagaError } from "./errors.ts";
export { consoleLogger, silentLogger } from "./observe/log.ts";
export { type MeasureStoreOptions, measureStore, type StoreMetrics } from "./observe/store-metrics.ts";
export { type TimelineOptions, timeline } from "./observe/timeline.ts";
export type { Clock } from "./ports/clock.ts";
export type { Ids } from "./ports/ids.ts";
export type { Random } from "./ports/random.ts";
export { openStore } from "./store/open.ts";
export type { SagaCondition, SagaStatus, Store, TagValue, Transaction } from "./store/store.ts";
export type { ServiceOptions } from "./worker/admission-limits.ts";
export type { Unowned } from "./worker/decide.ts";
export type { RetentionOption } from "./worker/retention.ts";
export { startWorker, type Worker, type WorkerOptions } from "./worker/worker.ts";
