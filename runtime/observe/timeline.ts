import type { HistoryEntry } from "../client/views.ts";
import { lastOf } from "../engine/attempts.ts";
import type { CallError, SagaEvent } from "../engine/definition.ts";
import type { AttemptsRecord, CallRef, HistoryRecord } from "../engine/history.ts";

export interface TimelineOptions {
  /** With ANSI colours. Default: without. */
  readonly color?: boolean;
}

/**
 * A saga's history for reading: one line a call, at the time of its delivery, with what came of it, and between them what happened to the
 * saga. Attempts in a row that came to the same, and of which the same was found out, are one line, which says how many they were. Times are
 * relative to the first entry. Undoing is indented. Pure; entries in the order of their numbers.
 */
export function timeline(entries: readonly HistoryEntry[], options: TimelineOptions = {}): string[] {
  const startMs = entries[0]?.atMs ?? 0;
  const told = new Set<number>();
  const lines = counted(
    entries.flatMap((entry, index) => lineOf(entry.record, index, entries, told)),
    startMs,
  );
  const widths = [
    lines.reduce((width, { step, undo }) => Math.max(width, step.length + (undo ? INDENT.length : 0)), 0),
    lines.reduce((width, { operation }) => Math.max(width, operation.length), 0),
  ] as const;
  return lines.map((line) => text(line, startMs, widths, options.color === true));
}

interface Line {
  readonly atMs: number;
  readonly symbol: string;
  readonly color: Color;
  /** Part of the way back. */
  readonly undo: boolean;
  /** Both empty for what is said of the saga itself. */
  readonly step: string;
  readonly operation: string;
  readonly outcome: string;
  /** Of an attempt that may be followed by another, and of what was asked about it: alike for those that came to the same. */
  readonly like?: string;
  readonly call?: CallRef;
  /** Of attempts that the history counts: how many, and when the last of them was called. `atMs` is the first's. */
  readonly run?: { readonly times: number; readonly lastMs: number };
}

type Color = "green" | "red" | "yellow" | "cyan" | "dim" | "plain";

/** Like attempts in a row as one line: the first of them, until when they went on, and what came of the last. */
function counted(lines: readonly Line[], startMs: number): Line[] {
  const found: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const { times, each } = runAt(lines, at);
    const first = lines[at];
    const [last, ...asked] = lines.slice(at + (times - 1) * each, at + times * each);
    if (first === undefined || last === undefined) break;
    let made = 0;
    for (let one = 0; one < times; one++) made += lines[at + one * each]?.run?.times ?? 1;
    const isRun = made >= COUNTED_FROM || (first.run?.times ?? 1) > 1;
    if (!isRun || first.call === undefined) {
      found.push(first);
      at += 1;
      continue;
    }
    const until = seconds((last.run?.lastMs ?? last.atMs) - startMs);
    const came = [last, ...asked].map(({ outcome }) => outcome).join("; ");
    found.push({
      ...first,
      step: `${first.call.step} #${first.call.attempt - (first.run?.times ?? 1) + 1}-${last.call?.attempt}`,
      outcome: `${made} times, from ${seconds(first.atMs - startMs)} to ${until}, last: ${came}`,
    });
    at += times * each;
  }
  return found;
}

/** How many attempts of one call from this line on came to the same, each of so many lines: its own, and what was asked about it. */
function runAt(lines: readonly Line[], at: number): { readonly times: number; readonly each: number } {
  const first = lines[at];
  if (first?.like === undefined || first.call === undefined) return { times: 1, each: 1 };
  const { step, kind } = first.call;
  const asks = (call: CallRef | undefined) => call?.kind === "inquire" && call.step === step;
  let each = 1;
  while (kind !== "inquire" && asks(lines[at + each]?.call)) each += 1;
  const isAlike = (from: number): boolean => {
    for (let next = 0; next < each; next++) {
      const like = lines[at + next]?.like;
      if (like === undefined || lines[from + next]?.like !== like) return false;
    }
    return true;
  };
  let times = 1;
  while (isAlike(at + times * each)) times += 1;
  return { times, each };
}

/** `told`: entries that are part of another's line. */
function lineOf(record: HistoryRecord, index: number, entries: readonly HistoryEntry[], told: Set<number>): Line[] {
  const atMs = entries[index]?.atMs ?? 0;
  const said = (symbol: string, color: Color, outcome: string, undo = false): Line[] => [
    { atMs, symbol, color, undo, step: "", operation: "", outcome: clean(outcome) },
  ];
  switch (record.type) {
    case "started":
      return said("●", "plain", `${record.saga} version ${record.version} started`);
    case "called":
      return [callLine(record, index, entries, told)];
    case "attempts":
      return attemptsLines(record, atMs);
    case "late":
      return [
        {
          ...heading(record, atMs),
          symbol: "!",
          color: "yellow",
          outcome: `answered too late (${record.outcome}): it changed nothing`,
        },
      ];
    case "timer":
      return told.has(index) ? [] : timerLine(record.timer, said);
    case "recovered":
      return said("↻", "cyan", "another worker takes over: calls in flight may have run, they are delivered again");
    case "command":
      return said("☞", "cyan", commandText(record));
    case "failed": {
      const { name, step, summary } = record.failure;
      const where = step === null ? "" : ` in ${step}`;
      return said(
        "✗",
        "red",
        summary === "" || summary === name ? `failed: ${name}${where}` : `failed: ${name}${where}: ${summary}`,
      );
    }
    case "pivotPassed":
      return said("◆", "cyan", "the point of no return has passed");
    case "undoing":
      return said("↶", "yellow", "undoing what was done");
    case "parked":
      return said("‖", "red", `parked: ${record.call} waits for a person`);
    case "unparked":
      return said("▸", "cyan", `${record.call} goes on`);
    case "overdue":
      return said("!", "yellow", "overdue: the deadline has passed, and on it goes");
    case "childFailed": {
      const failure = "failure" in record.event ? record.event.failure.name : "";
      return said("✗", "red", `one of ${record.call} failed: ${failure}`);
    }
    case "reopened":
      return said("↶", "yellow", "its caller goes back: it is undone as a whole");
    case "waiting": {
      const what = record.signals.length === 0 ? "time to pass" : record.signals.join(" or ");
      return said("◷", "cyan", `${record.wait} waits for ${what}`);
    }
    case "signalKept":
      return said("✉", "cyan", `signal ${record.signal} came: nothing waits for it yet, it is kept`);
    case "alarm":
      return said("!", "red", `alarm: ${record.step}: ${record.message}`);
    case "lateUndone":
      return [
        {
          ...heading(record, atMs),
          symbol: record.message === null ? "↶" : "?",
          color: "yellow",
          outcome: record.message === null ? "undone once more, for the late answer" : clean(`broke off: ${record.message}`),
        },
      ];
    case "quarantined":
      return said("✗", "red", `quarantined: ${record.message}`);
    case "released":
      return said("☞", "cyan", `released${signed(record)}`);
    case "ended":
      return record.status === "completed"
        ? said("●", "green", "completed")
        : said("●", "yellow", "compensated: everything is undone");
    // Both are part of the line of their call.
    case "answered":
    case "aborted":
      return [];
  }
}

function heading(call: CallRef, atMs: number): Omit<Line, "symbol" | "color" | "outcome"> {
  const attempt = call.attempt > 1 ? ` #${call.attempt}` : "";
  return {
    atMs,
    call,
    undo: call.kind === "undo",
    step: `${call.step}${attempt}`,
    operation: `${call.service}.${call.operation}`,
  };
}

function callLine(
  record: Extract<HistoryRecord, { type: "called" }>,
  index: number,
  entries: readonly HistoryEntry[],
  told: Set<number>,
): Line {
  const atMs = entries[index]?.atMs ?? 0;
  const line = heading(record, atMs);
  const end = endOf(record, index, entries, told);
  const afterMs = (thenMs: number) => ` after ${Math.max(0, thenMs - atMs)} ms`;
  const again = record.redelivered ? ", delivered again" : "";
  const aborted = end.aborted ? "told to abort, " : "";
  const timedOut = end.timedOutAtMs === null ? "" : `timed out${afterMs(end.timedOutAtMs)}, `;
  const alike = `${record.call} ${timedOut === "" ? "" : "timed out, "}${aborted}`;
  if (end.answer === null) {
    const none = end.unsettled ? "did not settle: it may have run" : "no answer";
    const outcome = end.lostWorker ? "no answer: its worker is gone" : end.over || end.unsettled ? none : "under way";
    const text = { ...line, color: "yellow", outcome: `${timedOut}${aborted}${outcome}${again}` } as const;
    return outcome === "under way" ? { ...text, symbol: "…" } : { ...text, symbol: "?", like: `${alike}${outcome}${again}` };
  }
  const { symbol, color, outcome } = answerText(record, end.answer.record);
  const text = { ...line, symbol, color, outcome: `${timedOut}${aborted}${outcome}${afterMs(end.answer.atMs)}${again}` };
  // What was found out belongs to the attempt before it.
  const isLast = end.answer.record.outcome === "completed" && record.kind !== "inquire";
  return isLast ? text : { ...text, like: `${alike}${outcome}${again}` };
}

/** The lines of the last of attempts that the history counts. */
function attemptsLines(record: AttemptsRecord, atMs: number): Line[] {
  const { times, firstMs, lastMs } = record;
  const entries = lastOf(record).map((one, index) => ({ number: index + 1, atMs: lastMs[index] ?? atMs, record: one }));
  const told = new Set<number>();
  const [line, ...asked] = entries.flatMap((entry, index) => lineOf(entry.record, index, entries, told));
  return line === undefined ? [] : [{ ...line, atMs: firstMs, run: { times, lastMs: line.atMs } }, ...asked];
}

type Answered = Extract<HistoryRecord, { type: "answered" }>;

interface CallEnd {
  readonly answer: { readonly atMs: number; readonly record: Answered } | null;
  readonly aborted: boolean;
  readonly timedOutAtMs: number | null;
  /** It did not end in the time that it had once it was told to abort. */
  readonly unsettled: boolean;
  /** Its worker was lost before it answered. */
  readonly lostWorker: boolean;
  /** A later call of the same step was made, or the saga has ended: no answer will be taken any more. */
  readonly over: boolean;
}

/** Looks ahead for what became of one delivery. Timers that are part of that are added to `told`. */
function endOf(call: CallRef, index: number, entries: readonly HistoryEntry[], told: Set<number>): CallEnd {
  const [timeout, grace] = [`${call.call}.timeout#${call.entry}`, `${call.call}.grace#${call.entry}`];
  let end: CallEnd = { answer: null, aborted: false, timedOutAtMs: null, unsettled: false, lostWorker: false, over: false };
  for (let at = index + 1; at < entries.length; at++) {
    const entry = entries[at];
    if (entry === undefined) break;
    const { atMs, record } = entry;
    if (record.type === "recovered") return { ...end, lostWorker: true, over: true };
    if (record.type === "ended") return { ...end, over: true };
    if (record.type === "timer" && (record.timer === timeout || record.timer === grace)) {
      told.add(at);
      end = record.timer === timeout ? { ...end, timedOutAtMs: atMs } : { ...end, unsettled: true };
    }
    if (!("call" in record) || !("entry" in record) || record.step !== call.step) continue;
    if (record.call === call.call && record.entry === call.entry) {
      if (record.type === "answered") return { ...end, answer: { atMs, record }, over: true };
      if (record.type === "aborted") end = { ...end, aborted: true };
    }
    // The next call of this step, of any kind, begins only when this one is settled.
    if (record.type === "called" || record.type === "attempts") return { ...end, over: true };
  }
  return end;
}

function answerText(call: CallRef, answer: Answered): Pick<Line, "symbol" | "color" | "outcome"> {
  const event = answer.event as Extract<SagaEvent, { output?: unknown }> | Extract<SagaEvent, { error: unknown }>;
  if (answer.outcome === "completed") {
    if (call.kind === "undo") return { symbol: "↶", color: "yellow", outcome: "undone" };
    if (call.kind === "forward") return { symbol: "✓", color: "green", outcome: "done" };
    const status = "output" in event ? (event.output as { status?: unknown } | null)?.status : undefined;
    const found = status === "happened" ? "it happened" : status === "didNotHappen" ? "it did not happen" : "not known either";
    return { symbol: "¿", color: "cyan", outcome: `asked: ${found}` };
  }
  const error = "error" in event ? event.error : null;
  switch (answer.outcome) {
    case "declared":
      return { symbol: "✗", color: "red", outcome: clean(error?.kind === "declared" ? `refused: ${error.name}` : "refused") };
    case "badOutput":
      return { symbol: "✗", color: "red", outcome: clean(`an answer that does not fit: ${messageOf(error)}`) };
    case "unknown":
      return { symbol: "?", color: "yellow", outcome: clean(`broke off: ${messageOf(error)}`) };
    case "refused":
      return { symbol: "✗", color: "yellow", outcome: clean(`not let through: ${messageOf(error)}`) };
    case "failed":
      return { symbol: "✗", color: "red", outcome: clean(`failed: ${error?.kind === "failed" ? error.failure.name : ""}`) };
    case "stopped":
      return { symbol: "✗", color: "yellow", outcome: "stopped" };
  }
}

function messageOf(error: CallError | null): string {
  return error !== null && "message" in error ? error.message : "";
}

function timerLine(key: string, said: (symbol: string, color: Color, outcome: string) => Line[]): Line[] {
  const name = key.replace(/#\d+$/, "");
  // The end of a pause shows in the attempt that follows.
  if (name.endsWith(".backoff")) return [];
  if (name.endsWith(".timeout")) return said("◷", "yellow", `${name.slice(0, -".timeout".length)} timed out`);
  if (name.endsWith(".grace"))
    return said("◷", "yellow", `${name.slice(0, -".grace".length)} did not settle in time: it may have run`);
  if (name.endsWith(".limit")) return said("◷", "yellow", `${name.slice(0, -".limit".length)}: its time is over`);
  if (name === "saga.deadline") return said("◷", "yellow", "the saga's deadline has passed");
  return said("◷", "yellow", `${name} is due`);
}

function signed({ by, reason }: { readonly by: string | null; readonly reason: string | null }): string {
  return `${by === null ? "" : ` by ${by}`}${reason === null ? "" : `: ${reason}`}`;
}

function commandText(record: Extract<HistoryRecord, { type: "command" }>): string {
  const event = record.event.type;
  const what =
    record.kind === "signal"
      ? `signal ${event.replace("signal.", "")}`
      : record.kind === "operator"
        ? record.event.type.replace("operator.", "operator: ")
        : record.kind;
  return `${what}${signed(record)}`;
}

function text(line: Line, startMs: number, [stepWidth, operationWidth]: readonly [number, number], color: boolean): string {
  const time = seconds(line.atMs - startMs).padStart(11);
  const step = `${line.undo ? INDENT : ""}${line.step}`;
  const place =
    line.step === "" ? (line.undo ? INDENT : "") : `${step.padEnd(stepWidth)}  ${line.operation.padEnd(operationWidth)}  `;
  return `${paint(time, "dim", color)}  ${paint(line.symbol, line.color, color)} ${place}${paint(line.outcome, line.color, color)}`.trimEnd();
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}

/** Messages come from handlers: what would move the cursor or break the line is shown as a space. */
function clean(message: string): string {
  const flat = message.replace(CONTROLS, " ").trim();
  return flat.length <= OUTCOME_MAX_CHARS ? flat : `${flat.slice(0, OUTCOME_MAX_CHARS)}…`;
}

function paint(value: string, color: Color, on: boolean): string {
  const code = CODES[color];
  return on && code !== null && value !== "" ? `\u001b[${code}m${value}\u001b[0m` : value;
}

/** Fewer are shown one by one. */
const COUNTED_FROM = 3;
const INDENT = "  ";
const OUTCOME_MAX_CHARS = 160;
const CONTROLS = /[\s\p{Cc}\p{Zl}\p{Zp}]+/gu;
const CODES: Readonly<Record<Color, number | null>> = { green: 32, red: 31, yellow: 33, cyan: 36, dim: 2, plain: null };
