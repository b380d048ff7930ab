import { type Alternative, ITEM, type Rule } from "./parser-base.ts";
import { ClauseParser } from "./parser-clauses.ts";
import { Name, sign, word } from "./token-types.ts";

/** Statements and the blocks they stand in. */
export abstract class StatementParser extends ClauseParser {
  readonly block: Rule = this.RULE("block", () => {
    this.CONSUME(sign("LeftBrace"));
    this.items("block", () =>
      this.MANY({
        GATE: () => this.isOwnOn(),
        DEF: () =>
          this.guard("block", () => this.OR([...this.statements(), { ALT: () => this.SUBRULE(this.outputClause, ITEM) }])),
      }),
    );
    this.CONSUME(sign("RightBrace"));
  });

  /** The alternatives of a statement, for the bodies it can stand in. */
  protected statements(): Alternative[] {
    return [
      { ALT: () => this.SUBRULE(this.step, ITEM) },
      { ALT: () => this.SUBRULE(this.parallel, ITEM) },
      { ALT: () => this.SUBRULE(this.race, ITEM) },
      { ALT: () => this.SUBRULE(this.if, ITEM) },
      { ALT: () => this.SUBRULE(this.foreach, ITEM) },
      { ALT: () => this.SUBRULE(this.first, ITEM) },
      { ALT: () => this.SUBRULE(this.repeat, ITEM) },
      { ALT: () => this.SUBRULE(this.try, ITEM) },
      { ALT: () => this.SUBRULE(this.await, ITEM) },
      { ALT: () => this.SUBRULE(this.collect, ITEM) },
      { ALT: () => this.SUBRULE(this.sleep, ITEM) },
      { ALT: () => this.SUBRULE(this.call, ITEM) },
      { ALT: () => this.SUBRULE(this.start, ITEM) },
      { ALT: () => this.SUBRULE(this.undo, ITEM) },
      { ALT: () => this.SUBRULE(this.onUndo, ITEM) },
      { ALT: () => this.SUBRULE(this.publish, ITEM) },
      { ALT: () => this.SUBRULE(this.lock, ITEM) },
      { ALT: () => this.SUBRULE(this.let, ITEM) },
      { ALT: () => this.SUBRULE(this.fail, ITEM) },
    ];
  }

  /** (LL2) Among statements `on` begins `on undo`, and in a saga its endings; any other `on` has lost its way. */
  protected isOwnOn(...others: string[]): boolean {
    return this.LA(1).tokenType !== word("on") || this.secondIs(word("undo"), ...others.map(word));
  }

  // ---- steps

  readonly step: Rule = this.RULE("step", () => {
    this.MANY(() => this.SUBRULE(this.stepKind));
    this.CONSUME(word("step"));
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(word("on"));
      this.head(() => this.SUBRULE(this.operation));
    });
    this.CONSUME(sign("LeftBrace"));
    this.items("step", () => this.MANY2(() => this.guard("step", () => this.OR(this.stepClauses()))));
    this.CONSUME(sign("RightBrace"));
  });

  readonly stepKind: Rule = this.RULE("stepKind", () => {
    this.OR([
      { ALT: () => this.CONSUME(word("pivot")) },
      { ALT: () => this.CONSUME(word("readonly")) },
      {
        ALT: () => {
          this.CONSUME(word("best"));
          this.CONSUME(word("effort"));
        },
      },
    ]);
  });

  private stepClauses(): Alternative[] {
    return [
      { ALT: () => this.SUBRULE(this.inputObjectClause, ITEM) },
      { ALT: () => this.SUBRULE(this.outputFieldsClause, ITEM) },
      { ALT: () => this.SUBRULE(this.throwsClause, ITEM) },
      { ALT: () => this.SUBRULE(this.timeoutClause, ITEM) },
      { ALT: () => this.SUBRULE(this.retryClause, ITEM) },
      { ALT: () => this.SUBRULE(this.onErrorClause, ITEM) },
      { ALT: () => this.SUBRULE(this.compensateClause, ITEM) },
      { ALT: () => this.SUBRULE(this.confirmClause, ITEM) },
      { ALT: () => this.SUBRULE(this.inquireClause, ITEM) },
      { ALT: () => this.SUBRULE(this.keyClause, ITEM) },
      { ALT: () => this.SUBRULE(this.lock, ITEM) },
      { ALT: () => this.SUBRULE(this.emitsClause, ITEM) },
    ];
  }

  // ---- groups

  readonly parallel: Rule = this.RULE("parallel", () => {
    this.CONSUME(word("parallel"));
    this.head(() => {
      this.OPTION(() => {
        this.CONSUME(word("first"));
        this.CONSUME(sign("Int"));
      });
      this.groupClauses();
    });
    this.SUBRULE(this.branches);
  });

  readonly race: Rule = this.RULE("race", () => {
    this.CONSUME(word("race"));
    this.head(() => this.groupClauses());
    this.SUBRULE(this.branches);
  });

  private groupClauses(): void {
    this.MANY(() =>
      this.OR([{ ALT: () => this.SUBRULE(this.asClause, CLAUSE) }, { ALT: () => this.SUBRULE(this.onFailureClause, CLAUSE) }]),
    );
  }

  readonly branches: Rule = this.RULE("branches", () => {
    this.CONSUME(sign("LeftBrace"));
    this.items("branches", () =>
      this.MANY({
        GATE: () => this.isOwnOn(),
        DEF: () => this.guard("branches", () => this.OR([{ ALT: () => this.SUBRULE(this.branch, ITEM) }, ...this.statements()])),
      }),
    );
    this.CONSUME(sign("RightBrace"));
  });

  readonly branch: Rule = this.RULE("branch", () => {
    this.CONSUME(word("branch"));
    this.CONSUME(Name);
    this.SUBRULE(this.block);
  });

  /** `else if` is a loop here and not a rule in itself: a chain of them is as long as it likes. */
  readonly if: Rule = this.RULE("if", () => {
    this.SUBRULE(this.ifPart);
    this.MANY(() => {
      this.CONSUME(word("else"));
      this.SUBRULE(this.elsePart);
    });
  });

  readonly ifPart: Rule = this.RULE("ifPart", () => {
    this.CONSUME(word("if"));
    this.head(() => this.SUBRULE(this.expression));
    this.SUBRULE(this.block);
  });

  readonly elsePart: Rule = this.RULE("elsePart", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.ifPart) }, { ALT: () => this.SUBRULE(this.block) }]);
  });

  readonly foreach: Rule = this.RULE("foreach", () => {
    this.CONSUME(word("foreach"));
    this.head(() => {
      this.CONSUME(Name);
      this.CONSUME(word("in"));
      this.SUBRULE(this.expression);
      this.MANY(() =>
        this.OR([
          { ALT: () => this.SUBRULE(this.asClause, CLAUSE) },
          { ALT: () => this.SUBRULE(this.whereClause, CLAUSE) },
          { ALT: () => this.SUBRULE(this.maxClause, CLAUSE) },
          { ALT: () => this.SUBRULE(this.onFailureClause, CLAUSE) },
        ]),
      );
    });
    this.SUBRULE(this.block);
  });

  readonly first: Rule = this.RULE("first", () => {
    this.CONSUME(word("first"));
    this.head(() => {
      this.CONSUME(Name);
      this.CONSUME(word("in"));
      this.SUBRULE(this.expression);
      this.MANY(() =>
        this.OR([{ ALT: () => this.SUBRULE(this.asClause, CLAUSE) }, { ALT: () => this.SUBRULE(this.whereClause, CLAUSE) }]),
      );
    });
    this.SUBRULE(this.block);
    this.otherwise();
  });

  readonly repeat: Rule = this.RULE("repeat", () => {
    this.CONSUME(word("repeat"));
    let early = false;
    const late = (): unknown => this.SUBRULE9(this.nextIs(word("max")) ? this.maxClause : this.everyClause, CLAUSE);
    this.head(() => {
      this.MANY(() =>
        this.OR([{ ALT: () => this.SUBRULE(this.maxClause, CLAUSE) }, { ALT: () => this.SUBRULE(this.everyClause, CLAUSE) }]),
      );
      this.ACTION(() => this.strayAs(null, () => this.SUBRULE9(this.asClause)));
      early = this.ACTION(() => this.earlyUntil(() => this.SUBRULE9(this.expression), late)) === true;
    });
    this.SUBRULE(this.block);
    if (!early) {
      this.CONSUME(word("until"));
      this.SUBRULE(this.expression);
      this.ACTION(() => this.lateClauses(late));
    }
    this.otherwise();
  });

  readonly try: Rule = this.RULE("try", () => {
    this.CONSUME(word("try"));
    this.head(() => {
      this.MANY(() =>
        this.OR([{ ALT: () => this.SUBRULE(this.asClause, CLAUSE) }, { ALT: () => this.SUBRULE(this.timeoutClause, CLAUSE) }]),
      );
    });
    this.SUBRULE(this.block);
    this.CONSUME(word("otherwise"));
    this.SUBRULE(this.outcome);
  });

  private otherwise(): void {
    this.OPTION9(() => {
      this.CONSUME9(word("otherwise"));
      this.SUBRULE(this.outcome);
    });
  }

  // ---- waiting

  readonly await: Rule = this.RULE("await", () => {
    this.CONSUME(word("await"));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word("any"));
          this.SUBRULE(this.awaitCases);
          this.MANY({ GATE: () => this.isWaitOn(), DEF: () => this.OR2(this.waitClauses()) });
        },
      },
      {
        ALT: () => {
          this.CONSUME(Name);
          this.ACTION(() => this.bracesOfWait());
          this.MANY2({
            GATE: () => this.isWaitOn(),
            DEF: () =>
              this.OR3([
                { ALT: () => this.SUBRULE(this.asClause, CLAUSE) },
                { ALT: () => this.SUBRULE(this.whereClause, CLAUSE) },
                { ALT: () => this.SUBRULE2(this.timeoutClause, CLAUSE) },
                { ALT: () => this.SUBRULE2(this.byClause, CLAUSE) },
                { ALT: () => this.SUBRULE2(this.onTimeoutClause, CLAUSE) },
              ]),
          });
        },
      },
    ]);
  });

  private waitClauses(): Alternative[] {
    return [
      { ALT: () => this.SUBRULE(this.timeoutClause, CLAUSE) },
      { ALT: () => this.SUBRULE(this.byClause, CLAUSE) },
      { ALT: () => this.SUBRULE(this.onTimeoutClause, CLAUSE) },
    ];
  }

  /** (LL2) An `on` behind a wait is its own only as `on timeout`; on the same line another name is that, written wrongly. */
  private isWaitOn(): boolean {
    return this.LA(1).tokenType !== word("on") || this.secondIs(word("timeout")) || (this.secondIs(Name) && !this.beginsLine());
  }

  readonly awaitCases: Rule = this.RULE("awaitCases", () => {
    this.CONSUME(sign("LeftBrace"));
    this.items("await-cases", () => this.MANY(() => this.guard("await-cases", () => this.SUBRULE(this.awaitCase, ITEM))));
    this.CONSUME(sign("RightBrace"));
  });

  readonly awaitCase: Rule = this.RULE("awaitCase", () => {
    this.CONSUME(word("on"));
    this.head(() => {
      const signal = this.CONSUME(Name);
      this.ACTION(() => this.strayAs(signal, () => this.SUBRULE9(this.asClause)));
      this.OPTION(() => this.SUBRULE(this.whereClause));
      this.ACTION(() => this.strayAs(signal, () => this.SUBRULE8(this.asClause)));
    });
    this.SUBRULE(this.block);
  });

  readonly collect: Rule = this.RULE("collect", () => {
    this.CONSUME(word("collect"));
    this.CONSUME(Name);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.forClause, CLAUSE) },
        { ALT: () => this.SUBRULE(this.byClause, CLAUSE) },
        { ALT: () => this.SUBRULE(this.asClause, CLAUSE) },
        { ALT: () => this.SUBRULE(this.whereClause, CLAUSE) },
        { ALT: () => this.SUBRULE(this.maxClause, CLAUSE) },
        { ALT: () => this.SUBRULE(this.untilClause, CLAUSE) },
      ]),
    );
  });

  readonly sleep: Rule = this.RULE("sleep", () => {
    this.CONSUME(word("sleep"));
    this.OPTION(() => this.CONSUME(word("until")));
    this.SUBRULE(this.expression);
  });

  // ---- other sagas

  readonly call: Rule = this.RULE("call", () => {
    this.CONSUME(word("call"));
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.asClause));
    this.CONSUME(sign("LeftBrace"));
    this.items("call", () =>
      this.MANY(() =>
        this.guard("call", () =>
          this.OR([
            { ALT: () => this.SUBRULE(this.inputObjectClause, ITEM) },
            { ALT: () => this.SUBRULE(this.retryClause, ITEM) },
            {
              GATE: () => this.secondIs(word("failure")),
              ALT: () => this.SUBRULE(this.callFailureClause, ITEM),
              IGNORE_AMBIGUITIES: true,
            },
            { ALT: () => this.SUBRULE(this.onErrorClause, ITEM), IGNORE_AMBIGUITIES: true },
          ]),
        ),
      ),
    );
    this.CONSUME(sign("RightBrace"));
  });

  readonly start: Rule = this.RULE("start", () => {
    this.CONSUME(word("start"));
    this.CONSUME(Name);
    this.CONSUME(sign("LeftBrace"));
    this.items("start", () =>
      this.MANY(() =>
        this.guard("start", () =>
          this.OR([{ ALT: () => this.SUBRULE(this.inputObjectClause, ITEM) }, { ALT: () => this.SUBRULE(this.keyClause, ITEM) }]),
        ),
      ),
    );
    this.CONSUME(sign("RightBrace"));
  });

  // ---- the rest

  readonly undo: Rule = this.RULE("undo", () => {
    this.CONSUME(word("undo"));
    this.CONSUME(Name);
  });

  readonly onUndo: Rule = this.RULE("onUndo", () => {
    this.CONSUME(word("on"));
    this.CONSUME(word("undo"));
    this.SUBRULE(this.block);
  });

  readonly publish: Rule = this.RULE("publish", () => {
    this.CONSUME(word("publish"));
    this.CONSUME(Name);
    this.CONSUME(sign("Assign"));
    this.SUBRULE(this.expression);
  });

  readonly lock: Rule = this.RULE("lock", () => {
    this.CONSUME(word("lock"));
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(word("wait"));
      this.SUBRULE2(this.expression);
    });
  });

  readonly let: Rule = this.RULE("let", () => {
    this.CONSUME(word("let"));
    this.CONSUME(Name);
    this.ACTION(() => this.typeOfLet());
    this.CONSUME(sign("Assign"));
    this.SUBRULE(this.expression);
  });

  readonly fail: Rule = this.RULE("fail", () => {
    this.CONSUME(word("fail"));
    this.ACTION(() => this.newError());
    this.CONSUME(Name);
    this.ACTION(() => this.dataInBrackets());
    this.OPTION(() => this.SUBRULE(this.object));
  });
}

/** Label of the clauses of a head, so that the tree keeps their order. */
const CLAUSE = { LABEL: "clause" } as const;
