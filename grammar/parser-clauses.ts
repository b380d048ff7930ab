import { ITEM, type Rule } from "./parser-base.ts";
import { TypeParser } from "./parser-types.ts";
import { FieldName, Name, sign, Text, word } from "./token-types.ts";

/** Clauses: one rule each, whatever construct they stand in. */
export abstract class ClauseParser extends TypeParser {
  protected abstract readonly block: Rule;
  protected abstract readonly lock: Rule;

  // ---- of several constructs

  readonly timeoutClause: Rule = this.RULE("timeoutClause", () => {
    this.CONSUME(word("timeout"));
    this.SUBRULE(this.expression);
  });

  readonly retryClause: Rule = this.RULE("retryClause", () => {
    this.CONSUME(word("retry"));
    this.SUBRULE(this.retry);
  });

  readonly retry: Rule = this.RULE("retry", () => {
    this.soft(
      () =>
        this.OR([
          { ALT: () => this.CONSUME(word("none")) },
          { ALT: () => this.CONSUME(word("forever")) },
          { ALT: () => this.CONSUME(sign("Int")) },
        ]),
      word("backoff"),
      word("then"),
    );
    this.OPTION(() => this.SUBRULE(this.backoff));
    this.OPTION2(() => {
      this.CONSUME(word("then"));
      this.SUBRULE(this.outcome);
    });
  });

  readonly backoff: Rule = this.RULE("backoff", () => {
    this.CONSUME(word("backoff"));
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(sign("Range"));
      this.SUBRULE2(this.expression);
    });
  });

  /** The one answer to "what then?" */
  readonly outcome: Rule = this.RULE("outcome", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word("fail"));
          this.OPTION({
            GATE: () => !this.beginsServiceClause(),
            DEF: () => {
              this.CONSUME(Name);
              this.OPTION2(() => this.SUBRULE(this.object));
            },
          });
        },
      },
      { ALT: () => this.CONSUME(word("continue")) },
      { ALT: () => this.CONSUME(word("park")) },
      { ALT: () => this.SUBRULE(this.block) },
    ]);
  });

  readonly inputObjectClause: Rule = this.RULE("inputObjectClause", () => {
    this.CONSUME(word("input"));
    this.SUBRULE(this.object);
  });

  readonly outputClause: Rule = this.RULE("outputClause", () => {
    this.CONSUME(word("output"));
    this.SUBRULE(this.object);
  });

  readonly keyClause: Rule = this.RULE("keyClause", () => {
    this.CONSUME(word("key"));
    this.SUBRULE(this.expression);
  });

  readonly asClause: Rule = this.RULE("asClause", () => {
    this.CONSUME(word("as"));
    this.CONSUME(Name);
  });

  readonly whereClause: Rule = this.RULE("whereClause", () => {
    this.CONSUME(word("where"));
    this.SUBRULE(this.expression);
  });

  readonly maxClause: Rule = this.RULE("maxClause", () => {
    this.CONSUME(word("max"));
    this.CONSUME(sign("Int"));
  });

  readonly byClause: Rule = this.RULE("byClause", () => {
    this.CONSUME(word("by"));
    this.SUBRULE(this.expression);
  });

  readonly onFailureClause: Rule = this.RULE("onFailureClause", () => {
    this.CONSUME(word("on"));
    this.CONSUME(word("failure"));
    this.OR([
      { ALT: () => this.CONSUME(word("cancel")) },
      { ALT: () => this.CONSUME(word("wait")) },
      { ALT: () => this.CONSUME(word("continue")) },
    ]);
  });

  // ---- of a saga

  readonly versionClause: Rule = this.RULE("versionClause", () => {
    this.CONSUME(word("version"));
    this.CONSUME(sign("Int"));
  });

  readonly undoWithinClause: Rule = this.RULE("undoWithinClause", () => {
    this.CONSUME(word("undo"));
    this.CONSUME(word("within"));
    this.SUBRULE(this.expression);
  });

  readonly inputFieldsClause: Rule = this.RULE("inputFieldsClause", () => {
    this.CONSUME(word("input"));
    this.SUBRULE(this.fields);
  });

  readonly tagsClause: Rule = this.RULE("tagsClause", () => {
    this.CONSUME(word("tags"));
    this.SUBRULE(this.object);
  });

  readonly endingClause: Rule = this.RULE("endingClause", () => {
    this.CONSUME(word("on"));
    this.OR([{ ALT: () => this.CONSUME(word("completed")) }, { ALT: () => this.CONSUME(word("compensated")) }]);
    this.SUBRULE(this.block);
  });

  // ---- of a service

  readonly idempotentClause: Rule = this.RULE("idempotentClause", () => {
    this.CONSUME(word("idempotent"));
    this.CONSUME(word("for"));
    this.CONSUME(sign("Duration"));
  });

  readonly fencedClause: Rule = this.RULE("fencedClause", () => {
    this.CONSUME(word("fenced"));
  });

  readonly rateClause: Rule = this.RULE("rateClause", () => {
    this.CONSUME(word("rate"));
    this.CONSUME(sign("Int"));
    this.CONSUME(sign("Slash"));
    this.CONSUME(Name);
  });

  // ---- of a step

  readonly outputFieldsClause: Rule = this.RULE("outputFieldsClause", () => {
    this.CONSUME(word("output"));
    this.SUBRULE(this.fields);
  });

  readonly throwsClause: Rule = this.RULE("throwsClause", () => {
    this.CONSUME(word("throws"));
    const opened = this.ACTION(() => this.bracketsOfThrown());
    this.names(() => this.fieldsOfThrown());
    this.ACTION(() => this.closesThrown(opened));
  });

  readonly onErrorClause: Rule = this.RULE("onErrorClause", () => {
    this.CONSUME(word("on"));
    this.names();
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word("retry"));
          this.SUBRULE(this.retry);
        },
      },
      { ALT: () => this.SUBRULE(this.outcome) },
    ]);
  });

  readonly compensateClause: Rule = this.RULE("compensateClause", () => {
    this.CONSUME(word("compensate"));
    this.ACTION(() => this.compensatingStep());
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word("none"));
          this.CONSUME(word("because"));
          this.CONSUME(Text);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.operation);
          this.OPTION(() => this.CONSUME(word("first")));
          this.ACTION(() => this.compensatingService());
          this.OPTION2(() => this.SUBRULE(this.handlerBody));
        },
      },
    ]);
  });

  readonly confirmClause: Rule = this.RULE("confirmClause", () => {
    this.CONSUME(word("confirm"));
    this.SUBRULE(this.operation);
    this.OPTION(() => this.SUBRULE(this.handlerBody));
  });

  readonly inquireClause: Rule = this.RULE("inquireClause", () => {
    this.CONSUME(word("inquire"));
    this.SUBRULE(this.operation);
    this.OPTION(() => this.SUBRULE(this.handlerBody));
  });

  readonly operation: Rule = this.RULE("operation", () => {
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(sign("Dot"));
      this.CONSUME(FieldName);
    });
  });

  readonly handlerBody: Rule = this.RULE("handlerBody", () => {
    this.CONSUME(sign("LeftBrace"));
    this.items("handler", () =>
      this.MANY(() =>
        this.guard("handler", () =>
          this.OR([
            { ALT: () => this.SUBRULE(this.inputObjectClause, ITEM) },
            { ALT: () => this.SUBRULE(this.timeoutClause, ITEM) },
            { ALT: () => this.SUBRULE(this.retryClause, ITEM) },
            { ALT: () => this.SUBRULE(this.keyClause, ITEM) },
          ]),
        ),
      ),
    );
    this.CONSUME(sign("RightBrace"));
  });

  readonly emitsClause: Rule = this.RULE("emitsClause", () => {
    this.CONSUME(word("emits"));
    this.CONSUME(Name, { LABEL: "done" });
    this.OPTION(() => {
      this.CONSUME(word("fails"));
      this.CONSUME2(Name, { LABEL: "failed" });
    });
    this.OPTION2(() => {
      this.CONSUME(word("undone"));
      this.CONSUME3(Name, { LABEL: "undoneBy" });
    });
  });

  // ---- of waits and rounds

  readonly onTimeoutClause: Rule = this.RULE("onTimeoutClause", () => {
    this.CONSUME(word("on"));
    this.CONSUME(word("timeout"));
    this.SUBRULE(this.outcome);
  });

  readonly forClause: Rule = this.RULE("forClause", () => {
    this.CONSUME(word("for"));
    this.SUBRULE(this.expression);
  });

  readonly untilClause: Rule = this.RULE("untilClause", () => {
    this.CONSUME(word("until"));
    this.SUBRULE(this.expression);
  });

  readonly everyClause: Rule = this.RULE("everyClause", () => {
    this.CONSUME(word("every"));
    this.SUBRULE(this.expression);
  });

  /** `on failure <outcome>` of a call. */
  readonly callFailureClause: Rule = this.RULE("callFailureClause", () => {
    this.CONSUME(word("on"));
    this.CONSUME(word("failure"));
    this.SUBRULE(this.outcome);
  });

  /** `A, B, C`: one name or more. */
  private names(behind: () => void = () => {}): void {
    this.CONSUME(Name);
    this.ACTION(behind);
    this.MANY(() => {
      this.CONSUME(sign("Comma"));
      this.CONSUME2(Name);
      this.ACTION(behind);
    });
  }
}
