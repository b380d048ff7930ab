import type { Span } from "../source/span.ts";

/**
 * The abstract syntax tree: what was written, without layout. It covers the whole grammar; what is not available yet is refused by the checker.
 * - Clauses are kept as they were written, in source order, doubled ones included: that one is doubled, missing or in the wrong place is the
 *   checker's to say. A clause that no reading of its construct has room for stands in `misplaced`.
 * - What the parser could not read is marked, and always already reported: a name that must be there is `null`, an expression `invalid`, a type
 *   `invalid-type`, an outcome `invalid-outcome`, and the construct around it has `broken: true`. Whoever meets one of these reports nothing that
 *   follows from it. So is an `as` of a `repeat` or a case, which have none, and an operator as other languages have it (`foreign`).
 * - `doc` is the text of the `///` lines before a node, without the slashes and one space, lines joined by `\n`.
 */
export type Node =
  | FileNode
  | Declaration
  | ImportName
  | Parameter
  | FieldNode
  | FieldsNode
  | TypeNode
  | Statement
  | Clause
  | BranchNode
  | AwaitCase
  | Block
  | Outcome
  | RetryPolicy
  | Retry
  | Handler
  | OperationRef
  | Misplaced
  | Expression
  | Entry
  | Ident;

/** Every value of `kind`. */
export type NodeKind = Node["kind"];

interface Base {
  readonly span: Span;
}

/** A declaration, statement, clause or block: what recovery can leave half-read. */
interface Construct extends Base {
  /** Something in it (not in a construct within it) could not be read, and was reported. */
  readonly broken: boolean;
}

/** A construct that can be documented. */
interface Documented extends Construct {
  readonly doc: string | null;
}

/** A name at one place. `name` is in NFC, as written. */
export interface Ident extends Base {
  readonly kind: "ident";
  readonly name: string;
}

export interface FileNode extends Construct {
  readonly kind: "file";
  readonly declarations: readonly Declaration[];
  /** Clauses and statements that stand outside of any declaration. */
  readonly misplaced: readonly Misplaced[];
  /** Comments for a warning: `///` that belong to nothing, and others that would document in another language. */
  readonly docs: { readonly stray: readonly Span[]; readonly foreign: readonly Span[] };
}

// ---- declarations

export type Declaration = ImportDecl | TypeDecl | ErrorDecl | ServiceDecl | SignalDecl | ComputeDecl | SagaDecl;

export interface ImportDecl extends Documented {
  readonly kind: "import";
  /** `import type { T } from "./x.ts"`: types of TypeScript. */
  readonly typeOnly: boolean;
  readonly names: readonly ImportName[];
  readonly from: StringLiteral | null;
}

export interface ImportName extends Base {
  readonly kind: "import-name";
  readonly name: Ident;
  /** `name as alias`; `null` when there is none. */
  readonly alias: Ident | null;
}

export interface TypeDecl extends Documented {
  readonly kind: "type-decl";
  readonly name: Ident | null;
  readonly type: TypeNode;
}

export interface ErrorDecl extends Documented {
  readonly kind: "error-decl";
  readonly name: Ident | null;
  /** `null`: an error without data. */
  readonly fields: FieldsNode | null;
}

export interface SignalDecl extends Documented {
  readonly kind: "signal-decl";
  readonly name: Ident | null;
  /** `null`: a signal without data. */
  readonly fields: FieldsNode | null;
}

export interface ComputeDecl extends Documented {
  readonly kind: "compute-decl";
  readonly name: Ident | null;
  readonly parameters: readonly Parameter[];
  readonly result: TypeNode;
}

export interface Parameter extends Base {
  readonly kind: "parameter";
  readonly name: Ident;
  readonly type: TypeNode;
}

export interface ServiceDecl extends Documented {
  readonly kind: "service-decl";
  readonly name: Ident | null;
  readonly clauses: readonly ServiceClause[];
  readonly misplaced: readonly Misplaced[];
}

export type ServiceClause = IdempotentClause | FencedClause | MaxClause | RateClause | TimeoutClause | RetryClause;

export interface SagaDecl extends Documented {
  readonly kind: "saga-decl";
  readonly choreographed: boolean;
  readonly name: Ident | null;
  /** In source order; the checker wants clauses and signals, statements, output, endings. */
  readonly items: readonly SagaItem[];
  readonly misplaced: readonly Misplaced[];
}

export type SagaItem =
  | VersionClause
  | TimeoutClause
  | UndoWithinClause
  | InputFieldsClause
  | TagsClause
  | SignalDecl
  | Statement
  | OutputClause
  | EndingClause;

// ---- types

export type TypeNode =
  | ScalarType
  | NamedType
  | LiteralType
  | UnionType
  | ArrayType
  | OptionalType
  | RecordType
  | FieldsNode
  | InvalidType;

export type ScalarTypeName = "string" | "boolean" | "int" | "number" | "uuid" | "datetime" | "date" | "duration" | "json";

export interface ScalarType extends Base {
  readonly kind: "scalar-type";
  readonly name: ScalarTypeName;
}

export interface NamedType extends Base {
  readonly kind: "named-type";
  readonly name: Ident;
}

/** A string literal as a type. */
export interface LiteralType extends Base {
  readonly kind: "literal-type";
  readonly value: string;
}

/** `a | b`, two members or more. That all are string literals is the checker's to say. */
export interface UnionType extends Base {
  readonly kind: "union-type";
  readonly members: readonly TypeNode[];
}

export interface ArrayType extends Base {
  readonly kind: "array-type";
  readonly element: TypeNode;
}

export interface OptionalType extends Base {
  readonly kind: "optional-type";
  readonly type: TypeNode;
}

export interface RecordType extends Base {
  readonly kind: "record-type";
  readonly value: TypeNode;
}

/** `{ name: Type … }`: a record type, and the fields of errors, signals, a saga's input and a step's output. */
export interface FieldsNode extends Construct {
  readonly kind: "fields";
  readonly fields: readonly FieldNode[];
}

export interface FieldNode extends Documented {
  readonly kind: "field";
  readonly name: Ident;
  readonly secret: boolean;
  readonly type: TypeNode;
}

/** A type that could not be read. */
export interface InvalidType extends Base {
  readonly kind: "invalid-type";
}

// ---- statements

export type Statement =
  | StepNode
  | ParallelNode
  | RaceNode
  | IfNode
  | ForeachNode
  | FirstNode
  | RepeatNode
  | TryNode
  | AwaitNode
  | AwaitAnyNode
  | CollectNode
  | SleepNode
  | CallNode
  | StartNode
  | UndoNode
  | OnUndoNode
  | PublishNode
  | LockNode
  | LetNode
  | FailNode;

/** `{ … }`: statements and, as a rule last, `output`. */
export interface Block extends Construct {
  readonly kind: "block";
  /** In source order. */
  readonly statements: readonly (Statement | OutputClause)[];
  readonly misplaced: readonly Misplaced[];
}

/** `pivot`, `readonly` or `best effort` before `step`. */
export interface StepKindMark {
  readonly name: "pivot" | "readonly" | "best-effort";
  readonly span: Span;
}

export interface StepNode extends Documented {
  readonly kind: "step";
  /** As written: doubled and contradictory ones included. */
  readonly stepKinds: readonly StepKindMark[];
  readonly name: Ident | null;
  /** `null`: no `on`. Its `service` is what the step calls; `operation` is `null` where the step's own name is the operation. */
  readonly on: OperationRef | null;
  readonly clauses: readonly StepClause[];
  readonly misplaced: readonly Misplaced[];
}

export type StepClause =
  | InputObjectClause
  | OutputFieldsClause
  | ThrowsClause
  | TimeoutClause
  | RetryClause
  | OnErrorClause
  | CompensateClause
  | CompensateNoneClause
  | ConfirmClause
  | InquireClause
  | KeyClause
  | LockNode
  | EmitsClause;

export interface ParallelNode extends Documented {
  readonly kind: "parallel";
  /** `parallel first 2`; `null` when all branches must succeed. */
  readonly first: IntLiteral | null;
  readonly clauses: readonly GroupClause[];
  readonly branches: readonly (BranchNode | Statement)[];
  readonly misplaced: readonly Misplaced[];
}

export interface RaceNode extends Documented {
  readonly kind: "race";
  readonly clauses: readonly GroupClause[];
  readonly branches: readonly (BranchNode | Statement)[];
  readonly misplaced: readonly Misplaced[];
}

export type GroupClause = AsClause | OnFailureClause;

export interface BranchNode extends Documented {
  readonly kind: "branch";
  readonly name: Ident | null;
  readonly block: Block;
}

export interface IfNode extends Documented {
  readonly kind: "if";
  readonly condition: Expression;
  readonly whenTrue: Block;
  /** `null`: no `else`. An `IfNode` is `else if`. */
  readonly whenFalse: Block | IfNode | null;
}

export interface ForeachNode extends Documented {
  readonly kind: "foreach";
  readonly item: Ident | null;
  readonly list: Expression;
  readonly clauses: readonly ForeachClause[];
  readonly block: Block;
}

export type ForeachClause = AsClause | WhereClause | MaxClause | OnFailureClause;

export interface FirstNode extends Documented {
  readonly kind: "first";
  readonly item: Ident | null;
  readonly list: Expression;
  readonly clauses: readonly FirstClause[];
  readonly block: Block;
  readonly otherwise: Outcome | null;
}

export type FirstClause = AsClause | WhereClause;

export interface RepeatNode extends Documented {
  readonly kind: "repeat";
  readonly clauses: readonly RepeatClause[];
  readonly as: Ident | null;
  readonly block: Block;
  readonly until: Expression;
  readonly otherwise: Outcome | null;
}

export type RepeatClause = MaxClause | EveryClause;

export interface TryNode extends Documented {
  readonly kind: "try";
  readonly clauses: readonly TryClause[];
  readonly block: Block;
  readonly otherwise: Outcome;
}

export type TryClause = AsClause | TimeoutClause;

export interface AwaitNode extends Documented {
  readonly kind: "await";
  readonly signal: Ident | null;
  readonly clauses: readonly AwaitClause[];
}

export type AwaitClause = AsClause | WhereClause | WaitClause;

/** `await any { on signal { … } … }`. */
export interface AwaitAnyNode extends Documented {
  readonly kind: "await-any";
  readonly cases: readonly AwaitCase[];
  readonly clauses: readonly WaitClause[];
  readonly misplaced: readonly Misplaced[];
}

export type WaitClause = TimeoutClause | ByClause | OnTimeoutClause;

export interface AwaitCase extends Documented {
  readonly kind: "await-case";
  readonly signal: Ident | null;
  readonly as: Ident | null;
  readonly where: Expression | null;
  readonly block: Block;
}

export interface CollectNode extends Documented {
  readonly kind: "collect";
  readonly signal: Ident | null;
  readonly clauses: readonly CollectClause[];
}

export type CollectClause = ForClause | ByClause | AsClause | WhereClause | MaxClause | UntilClause;

export interface SleepNode extends Documented {
  readonly kind: "sleep";
  /** `true`: `sleep until`, and `value` is a datetime; else it is a duration. */
  readonly until: boolean;
  readonly value: Expression;
}

export interface CallNode extends Documented {
  readonly kind: "call";
  readonly saga: Ident | null;
  /** `null`: no `as`. */
  readonly as: Ident | null;
  readonly clauses: readonly CallClause[];
  readonly misplaced: readonly Misplaced[];
}

export type CallClause = InputObjectClause | RetryClause | CallFailureClause | OnErrorClause;

export interface StartNode extends Documented {
  readonly kind: "start";
  readonly saga: Ident | null;
  readonly clauses: readonly StartClause[];
  readonly misplaced: readonly Misplaced[];
}

export type StartClause = InputObjectClause | KeyClause;

export interface UndoNode extends Documented {
  readonly kind: "undo";
  readonly target: Ident | null;
}

export interface OnUndoNode extends Documented {
  readonly kind: "on-undo";
  readonly block: Block;
}

export interface PublishNode extends Documented {
  readonly kind: "publish";
  readonly name: Ident | null;
  readonly value: Expression;
}

/** The statement and, in a step, the clause. */
export interface LockNode extends Documented {
  readonly kind: "lock";
  readonly key: Expression;
  /** A duration; `null`: no `wait`. */
  readonly wait: Expression | null;
}

export interface LetNode extends Documented {
  readonly kind: "let";
  readonly name: Ident | null;
  readonly value: Expression;
}

export interface FailNode extends Documented {
  readonly kind: "fail";
  readonly error: Ident | null;
  /** `null`: no data given. */
  readonly data: ObjectExpr | null;
}

// ---- clauses

export type Clause =
  | VersionClause
  | TimeoutClause
  | RetryClause
  | UndoWithinClause
  | InputFieldsClause
  | InputObjectClause
  | OutputFieldsClause
  | OutputClause
  | TagsClause
  | EndingClause
  | IdempotentClause
  | FencedClause
  | MaxClause
  | RateClause
  | ThrowsClause
  | OnErrorClause
  | CompensateClause
  | CompensateNoneClause
  | ConfirmClause
  | InquireClause
  | KeyClause
  | EmitsClause
  | AsClause
  | WhereClause
  | OnFailureClause
  | CallFailureClause
  | OnTimeoutClause
  | ByClause
  | ForClause
  | UntilClause
  | EveryClause;

export interface VersionClause extends Construct {
  readonly kind: "version";
  readonly value: IntLiteral | null;
}

/** `timeout 3d`: of a saga, of one attempt of a step or handler, of a wait, of a try, or a service's default. */
export interface TimeoutClause extends Construct {
  readonly kind: "timeout";
  readonly value: Expression;
}

export interface RetryClause extends Construct {
  readonly kind: "retry-clause";
  readonly retry: Retry;
}

/** What stands after the word `retry`. */
export interface Retry extends Base {
  readonly kind: "retry";
  /** `null`: could not be read. */
  readonly attempts: "none" | "forever" | IntLiteral | null;
  readonly backoff: Backoff | null;
  /** What stands after `then`; `null`: no `then`. */
  readonly whenExhausted: Outcome | null;
}

export interface Backoff {
  readonly span: Span;
  /** A duration: the first pause. */
  readonly from: Expression;
  /** The longest pause; `null`: always `from`. */
  readonly to: Expression | null;
}

export interface UndoWithinClause extends Construct {
  readonly kind: "undo-within";
  readonly value: Expression;
}

/** A saga's `input { name: Type }`. */
export interface InputFieldsClause extends Construct {
  readonly kind: "input-fields";
  readonly fields: FieldsNode;
}

/** `input { name: value }` of a step, handler, call or start. */
export interface InputObjectClause extends Construct {
  readonly kind: "input-object";
  readonly value: ObjectExpr;
}

/** A step's `output { name: Type }`. */
export interface OutputFieldsClause extends Construct {
  readonly kind: "output-fields";
  readonly fields: FieldsNode;
}

/** `output { name: value }`: the result of a saga or block. */
export interface OutputClause extends Construct {
  readonly kind: "output";
  readonly value: ObjectExpr;
}

export interface TagsClause extends Construct {
  readonly kind: "tags";
  readonly value: ObjectExpr;
}

/** `on completed { … }` or `on compensated { … }`. */
export interface EndingClause extends Construct {
  readonly kind: "ending";
  readonly when: "completed" | "compensated";
  readonly block: Block;
}

export interface IdempotentClause extends Construct {
  readonly kind: "idempotent";
  /** How long a key is remembered; `null`: could not be read. */
  readonly duration: DurationLiteral | null;
}

export interface FencedClause extends Construct {
  readonly kind: "fenced";
}

export interface MaxClause extends Construct {
  readonly kind: "max";
  readonly value: IntLiteral | null;
}

/** `rate 100/s`. */
export interface RateClause extends Construct {
  readonly kind: "rate";
  readonly count: IntLiteral | null;
  /** As written; that it is one of `s`, `m`, `h`, `d` is the checker's to say. */
  readonly unit: Ident | null;
}

export interface ThrowsClause extends Construct {
  readonly kind: "throws";
  readonly errors: readonly Ident[];
}

/** `on E, F …`. */
export interface OnErrorClause extends Construct {
  readonly kind: "on-error";
  readonly errors: readonly Ident[];
  readonly policy: ErrorPolicy;
}

export type ErrorPolicy = Outcome | RetryPolicy;

export interface RetryPolicy extends Base {
  readonly kind: "retry-policy";
  readonly retry: Retry;
}

export interface CompensateClause extends Construct {
  readonly kind: "compensate";
  /** `first`: ahead of everything else on the way back. */
  readonly first: boolean;
  readonly handler: Handler;
}

/** `compensate none because "…"`. */
export interface CompensateNoneClause extends Construct {
  readonly kind: "compensate-none";
  readonly reason: StringLiteral | null;
}

export interface ConfirmClause extends Construct {
  readonly kind: "confirm";
  readonly handler: Handler;
}

export interface InquireClause extends Construct {
  readonly kind: "inquire";
  readonly handler: Handler;
}

/** What `compensate`, `confirm` and `inquire` name. */
export interface Handler extends Construct {
  readonly kind: "handler";
  /** Its `service` is `null` where it is the step's own. */
  readonly operation: OperationRef;
  /** `null`: no braces, it gets the step's own input. */
  readonly clauses: readonly HandlerClause[] | null;
  readonly misplaced: readonly Misplaced[];
}

export type HandlerClause = InputObjectClause | TimeoutClause | RetryClause | KeyClause;

/** `service.operation`, or one of the two, as the place has it. Both `null`: could not be read. */
export interface OperationRef extends Base {
  readonly kind: "operation";
  readonly service: Ident | null;
  readonly operation: Ident | null;
}

export interface KeyClause extends Construct {
  readonly kind: "key";
  readonly value: Expression;
}

/** `emits A fails B undone C`. */
export interface EmitsClause extends Construct {
  readonly kind: "emits";
  readonly done: Ident | null;
  readonly fails: Ident | null;
  readonly undone: Ident | null;
}

export interface AsClause extends Construct {
  readonly kind: "as";
  readonly name: Ident | null;
}

export interface WhereClause extends Construct {
  readonly kind: "where";
  readonly condition: Expression;
}

/** `on failure cancel` of a group or foreach. */
export interface OnFailureClause extends Construct {
  readonly kind: "on-failure";
  readonly mode: "cancel" | "wait" | "continue" | null;
}

/** `on failure <outcome>` of a call. */
export interface CallFailureClause extends Construct {
  readonly kind: "call-failure";
  readonly outcome: Outcome;
}

export interface OnTimeoutClause extends Construct {
  readonly kind: "on-timeout";
  readonly outcome: Outcome;
}

/** `by t`: a datetime. */
export interface ByClause extends Construct {
  readonly kind: "by";
  readonly value: Expression;
}

/** `for d` of a collect: a duration. */
export interface ForClause extends Construct {
  readonly kind: "for";
  readonly value: Expression;
}

/** `until cond` of a collect. */
export interface UntilClause extends Construct {
  readonly kind: "until";
  readonly condition: Expression;
}

/** `every d` of a repeat: a duration. */
export interface EveryClause extends Construct {
  readonly kind: "every";
  readonly value: Expression;
}

/**
 * A clause, statement or declaration where its kind has no place: `throws` in a saga, `step` in a step. It was read whole, so
 * what follows it is sound. Nobody but the rule that reports it and editors look inside.
 */
export interface Misplaced extends Base {
  readonly kind: "misplaced";
  /** The first word: `throws`. */
  readonly keyword: string;
  readonly keywordSpan: Span;
  readonly node: Clause | Statement | Declaration | BranchNode | AwaitCase | null;
}

// ---- what then?

export type Outcome = FailOutcome | ContinueOutcome | ParkOutcome | BlockOutcome | InvalidOutcome;

export interface FailOutcome extends Base {
  readonly kind: "fail-outcome";
  /** `null`: plain `fail`. */
  readonly error: Ident | null;
  readonly data: ObjectExpr | null;
}

export interface ContinueOutcome extends Base {
  readonly kind: "continue-outcome";
}

export interface ParkOutcome extends Base {
  readonly kind: "park-outcome";
}

export interface BlockOutcome extends Base {
  readonly kind: "block-outcome";
  readonly block: Block;
}

export interface InvalidOutcome extends Base {
  readonly kind: "invalid-outcome";
}

// ---- expressions

export type Expression =
  | IntLiteral
  | DecimalLiteral
  | DurationLiteral
  | StringLiteral
  | TemplateExpr
  | BooleanLiteral
  | NullLiteral
  | NameExpr
  | InputExpr
  | FailureExpr
  | FunctionExpr
  | ObjectExpr
  | ArrayExpr
  | MemberExpr
  | IndexExpr
  | EveryItemExpr
  | UnaryExpr
  | BinaryExpr
  | ConditionalExpr
  | InvalidExpr;

/** A whole number that JavaScript holds exactly; `text` as written (`1_000`). */
export interface IntLiteral extends Base {
  readonly kind: "int";
  readonly value: number;
  readonly text: string;
}

export interface DecimalLiteral extends Base {
  readonly kind: "decimal";
  readonly value: number;
  readonly text: string;
}

export interface DurationLiteral extends Base {
  readonly kind: "duration";
  readonly ms: number;
  readonly text: string;
}

/** A string without `${ }`, its escapes decoded. */
export interface StringLiteral extends Base {
  readonly kind: "string";
  readonly value: string;
}

/** A string with at least one `${ }`; strings in `parts` are decoded text. */
export interface TemplateExpr extends Base {
  readonly kind: "template";
  readonly parts: readonly (string | Expression)[];
}

export interface BooleanLiteral extends Base {
  readonly kind: "boolean";
  readonly value: boolean;
}

export interface NullLiteral extends Base {
  readonly kind: "null";
}

export interface NameExpr extends Base {
  readonly kind: "name";
  readonly name: string;
}

/** The word `input`. */
export interface InputExpr extends Base {
  readonly kind: "input";
}

/** The word `failure`. */
export interface FailureExpr extends Base {
  readonly kind: "failure";
}

/** `f(a, b)`: a builtin or a `compute`. */
export interface FunctionExpr extends Base {
  readonly kind: "function";
  readonly callee: Ident;
  readonly args: readonly Expression[];
}

export interface ObjectExpr extends Construct {
  readonly kind: "object";
  readonly entries: readonly Entry[];
}

/** `name: value`, or a path that names itself: `{ input.orderId }` has the name `orderId`. */
export interface Entry extends Base {
  readonly kind: "entry";
  /** `null`: no name to be had (`{ a[0] }`), which was reported. */
  readonly name: Ident | null;
  readonly value: Expression;
  readonly shorthand: boolean;
}

export interface ArrayExpr extends Base {
  readonly kind: "array";
  readonly elements: readonly Expression[];
}

export interface MemberExpr extends Base {
  readonly kind: "member";
  readonly object: Expression;
  readonly member: Ident | null;
}

/** `list[i]`. */
export interface IndexExpr extends Base {
  readonly kind: "index";
  readonly object: Expression;
  readonly index: Expression;
}

/** `list[]`. */
export interface EveryItemExpr extends Base {
  readonly kind: "every-item";
  readonly object: Expression;
}

export interface UnaryExpr extends Base {
  readonly kind: "unary";
  readonly operator: "not" | "-";
  readonly operand: Expression;
}

export type BinaryOperator = "or" | "and" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "??" | "+" | "-" | "*" | "/" | "%";

export interface BinaryExpr extends Base {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly foreign: boolean;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalExpr extends Base {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

/** What could not be read as an expression; its type fits everywhere. */
export interface InvalidExpr extends Base {
  readonly kind: "invalid";
}
