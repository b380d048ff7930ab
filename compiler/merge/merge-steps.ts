import { type HandlerSite, handlerSites, type ServiceSite } from "../emit/lib/handlers.ts";
import { typeNames } from "../emit/lib/names.ts";
import { serviceText, stubText } from "../emit/steps.ts";
import type { Plan } from "../plan/plan.ts";
import { appendMembers, applyEdits, type TextEdit } from "./insert.ts";
import { type Member, type ObjectSite, readSteps } from "./read-steps.ts";
import { type Signature, sameTypes, signatureChanges, signatures } from "./signatures.ts";
import { detectStyle, type FileStyle } from "./style.ts";

/** What became of a user's steps file. */
export interface StepsMerge {
  /** The file as it should be; the same string where nothing is inserted. */
  readonly text: string;
  /** What was inserted, and what the user may want to look at; in the order of the saga, then of the file. */
  readonly notes: readonly MergeNote[];
  /** Why the file was left alone although it may lack something; `null`: it was understood. */
  readonly refused: { readonly why: string; readonly offset: number } | null;
}

export interface MergeNote {
  /**
   * `added`: a stub was inserted. `changed`: it is there, and what the saga asks of it is not what it was. `removed`: the saga
   * no longer calls it. `renamed`: the same, and a new one has its types. `hidden`: it may stand where syntax does not tell.
   */
  readonly kind: "added" | "changed" | "removed" | "renamed" | "hidden";
  readonly service: string;
  readonly operation: string;
  /** 1-based line in the text as it was; `null` for what is not there. */
  readonly line: number | null;
  readonly message: string;
}

/**
 * Brings a user's steps file up to date with a plan: handlers and services that are missing are inserted as typed stubs, and
 * nothing else is touched, byte for byte. `previous`: the plan of the last build, to tell what changed; `null` if there is none.
 * Pure. Merging the result again changes nothing.
 */
export function mergeSteps(existing: string, plan: Plan, previous: Plan | null): StepsMerge {
  const mark = existing.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = existing.slice(mark.length);
  const reading = readSteps(text);
  if (reading.kind === "unreadable") {
    return { text: existing, notes: [], refused: { why: reading.why, offset: reading.offset + mark.length } };
  }
  const merge = new Merge(text, plan, previous);
  merge.top(reading.steps);
  return { text: mark + applyEdits(text, merge.edits), notes: merge.notes, refused: null };
}

class Merge {
  readonly notes: MergeNote[] = [];
  readonly edits: TextEdit[] = [];
  readonly #text: string;
  readonly #plan: Plan;
  readonly #style: FileStyle;
  readonly #services: readonly ServiceSite[];
  readonly #now: ReadonlyMap<string, Signature>;
  readonly #before: ReadonlyMap<string, Signature>;

  constructor(text: string, plan: Plan, previous: Plan | null) {
    this.#text = text;
    this.#plan = plan;
    this.#style = detectStyle(text);
    this.#services = handlerSites(plan, typeNames(plan));
    this.#now = signatures(plan);
    this.#before = previous === null ? new Map() : signatures(previous);
  }

  top(steps: ObjectSite): void {
    const missing: string[] = [];
    for (const site of this.#services) {
      const member = steps.members.find((candidate) => candidate.name === site.service);
      if (member !== undefined) this.#service(site, member);
      else if (steps.hidden.length > 0) this.#hidden(site.handlers, steps.hidden.join(", "));
      else {
        missing.push(serviceText(site.service, this.#stubs(site.handlers, steps.typed), this.#style.indent));
      }
    }
    this.edits.push(...appendMembers(this.#text, steps, missing, this.#style));
    for (const member of steps.members) this.#gone(member);
  }

  #service(site: ServiceSite, member: Member): void {
    const { object } = member;
    if (object === null) {
      this.#hidden(site.handlers, member.text);
      for (const handler of site.handlers) this.#changed(handler, member.line);
      return;
    }
    const missing: HandlerSite[] = [];
    const members = new Map(object.members.map((each) => [each.name, each]));
    for (const handler of site.handlers) {
      const found = members.get(handler.operation);
      if (found !== undefined) this.#changed(handler, found.line);
      else missing.push(handler);
    }
    if (object.hidden.length > 0) this.#hidden(missing, object.hidden.join(", "));
    else this.edits.push(...appendMembers(this.#text, object, this.#stubs(missing, object.typed), this.#style));
  }

  #stubs(handlers: readonly HandlerSite[], typed: boolean): string[] {
    return handlers.map((handler) => {
      const { service, operation } = handler;
      this.notes.push({ kind: "added", service, operation, line: null, message: `${service}.${operation}: a stub was added` });
      return stubText(handler, this.#plan, { ...this.#style, parameters: typed });
    });
  }

  #changed({ service, operation }: HandlerSite, line: number): void {
    const before = this.#before.get(`${service}.${operation}`);
    const now = this.#now.get(`${service}.${operation}`);
    if (before === undefined || now === undefined) return;
    const changes = signatureChanges(before, now);
    if (changes.length === 0) return;
    this.notes.push({ kind: "changed", service, operation, line, message: `${service}.${operation}: ${changes.join("; ")}` });
  }

  /** Inserting would hide the user's own; only what is new is worth a word. */
  #hidden(handlers: readonly HandlerSite[], where: string): void {
    for (const { service, operation } of handlers) {
      if (this.#before.has(`${service}.${operation}`)) continue;
      const message = `${service}.${operation}: not inserted, as \`${where}\` may hold it; add it there if it does not`;
      this.notes.push({ kind: "hidden", service, operation, line: null, message });
    }
  }

  /** Members of a service that nothing calls any more. They stay: code is never deleted. */
  #gone(service: Member): void {
    for (const member of service.object?.members ?? []) {
      const key = `${service.name}.${member.name}`;
      if (this.#now.has(key)) continue;
      const successor = this.#successor(key);
      const note = { service: service.name, operation: member.name, line: member.line };
      if (successor !== null) {
        const message = `${key}: the saga calls it no more, but ${successor} has the same types: if it was renamed, move its body there`;
        this.notes.push({ kind: "renamed", ...note, message });
      } else {
        this.notes.push({
          kind: "removed",
          ...note,
          message: `${key}: the saga does not call it; it was left as it is`,
        });
      }
    }
  }

  /** The only new operation of the service with the types of an old one. */
  #successor(key: string): string | null {
    const old = this.#before.get(key);
    if (old === undefined) return null;
    const candidates = [...this.#now.values()].filter(
      (signature) =>
        signature.service === old.service &&
        !this.#before.has(`${signature.service}.${signature.operation}`) &&
        sameTypes(old, signature),
    );
    const [candidate] = candidates;
    return candidate === undefined || candidates.length > 1 ? null : `${candidate.service}.${candidate.operation}`;
  }
}
