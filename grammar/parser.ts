import type { CstNode, IToken } from "chevrotain";
import { ITEM, type Rule } from "./parser-base.ts";
import { StatementParser } from "./parser-statements.ts";
import { FieldName, Name, sign, Text, word } from "./token-types.ts";

/**
 * The parser: one rule a construct, permissive (`grammar.ebnf` in the documentation says what is right). This file has the
 * declarations; the classes it is built on have statements, clauses, types, expressions, and the recovery.
 *
 * Building one takes some tens of milliseconds: it is done once a process, when the first file is parsed. An instance is
 * reset by `begin` and keeps nothing of the file before.
 */
export class SagaParser extends StatementParser {
  /** `validate`: let Chevrotain look for ambiguities too; a test does. */
  constructor(validate = false) {
    super(validate);
    // What may follow each rule anywhere is a third of the analysis, and only for a recovery that is replaced here by one of our own.
    const internals = this.internals();
    internals.recoveryEnabled = false;
    this.performSelfAnalysis();
    internals.recoveryEnabled = true;
  }

  /** Parses a whole file. */
  parseFile(text: string, tokens: IToken[]): CstNode {
    this.begin(text, tokens);
    this.inService = false;
    return this.file();
  }

  /** Parses the expression in a text's `${ }`; `text` is the whole file. */
  parseHole(text: string, tokens: IToken[]): CstNode {
    this.begin(text, tokens);
    return this.expression();
  }

  readonly file: Rule = this.RULE("file", () => {
    this.items("file", () =>
      this.MANY(() =>
        this.guard("file", () =>
          this.OR([
            { ALT: () => this.SUBRULE(this.importDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.typeDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.errorDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.serviceDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.signalDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.computeDecl, ITEM) },
            { ALT: () => this.SUBRULE(this.sagaDecl, ITEM) },
          ]),
        ),
      ),
    );
  });

  readonly importDecl: Rule = this.RULE("importDecl", () => {
    this.CONSUME(word("import"));
    this.OPTION(() => this.CONSUME(word("type")));
    this.CONSUME(sign("LeftBrace"));
    this.items("imports", () => this.MANY(() => this.guard("imports", () => this.SUBRULE(this.importName, ITEM))));
    this.CONSUME(sign("RightBrace"));
    this.CONSUME(word("from"));
    this.CONSUME(Text);
  });

  readonly importName: Rule = this.RULE("importName", () => {
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(word("as"));
      this.CONSUME2(Name, { LABEL: "alias" });
    });
    this.OPTION2(() => this.CONSUME(sign("Comma"), { LABEL: "comma" }));
    this.ACTION(() => {
      if (this.nextIs(Name) && this.LA(0).tokenType !== sign("Comma")) this.expected("`,` or `}`");
    });
  });

  readonly typeDecl: Rule = this.RULE("typeDecl", () => {
    this.CONSUME(word("type"));
    this.CONSUME(Name);
    this.CONSUME(sign("Assign"));
    this.SUBRULE(this.type);
  });

  readonly errorDecl: Rule = this.RULE("errorDecl", () => {
    this.CONSUME(word("error"));
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.fields));
  });

  readonly signalDecl: Rule = this.RULE("signalDecl", () => {
    this.CONSUME(word("signal"));
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.fields));
  });

  readonly computeDecl: Rule = this.RULE("computeDecl", () => {
    this.CONSUME(word("compute"));
    this.CONSUME(Name);
    this.CONSUME(sign("LeftParen"));
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY({
        MAX_LOOKAHEAD: 1,
        GATE: () => !this.secondIs(sign("RightParen")),
        DEF: () => {
          this.CONSUME(sign("Comma"));
          this.SUBRULE2(this.parameter);
        },
      });
      this.OPTION2(() => this.CONSUME2(sign("Comma")));
    });
    this.CONSUME(sign("RightParen"));
    this.CONSUME(sign("Colon"));
    this.SUBRULE(this.type);
  });

  readonly parameter: Rule = this.RULE("parameter", () => {
    this.CONSUME(Name);
    this.CONSUME(sign("Colon"));
    this.SUBRULE(this.type);
  });

  readonly serviceDecl: Rule = this.RULE("serviceDecl", () => {
    this.CONSUME(word("service"));
    this.CONSUME(Name);
    this.CONSUME(sign("LeftBrace"));
    const { inService } = this;
    this.inService = true;
    try {
      this.items("service", () =>
        this.MANY(() =>
          this.guard("service", () =>
            this.OR([
              { ALT: () => this.SUBRULE(this.idempotentClause, ITEM) },
              { ALT: () => this.SUBRULE(this.fencedClause, ITEM) },
              { ALT: () => this.SUBRULE(this.maxClause, ITEM) },
              { ALT: () => this.SUBRULE(this.rateClause, ITEM) },
              { ALT: () => this.SUBRULE(this.timeoutClause, ITEM) },
              { ALT: () => this.SUBRULE(this.retryClause, ITEM) },
            ]),
          ),
        ),
      );
    } finally {
      this.inService = inService;
    }
    this.CONSUME(sign("RightBrace"));
  });

  readonly sagaDecl: Rule = this.RULE("sagaDecl", () => {
    this.OPTION(() => this.CONSUME(word("choreographed")));
    this.CONSUME(word("saga"));
    this.CONSUME(Name);
    this.CONSUME(sign("LeftBrace"));
    this.items("saga", () =>
      this.MANY({ GATE: () => this.isOwnOn("completed", "compensated"), DEF: () => this.guard("saga", () => this.sagaItem()) }),
    );
    this.CONSUME(sign("RightBrace"));
  });

  private sagaItem(): void {
    this.OR({
      MAX_LOOKAHEAD: 1,
      DEF: [
        { ALT: () => this.SUBRULE(this.versionClause, ITEM) },
        { ALT: () => this.SUBRULE(this.timeoutClause, ITEM) },
        {
          GATE: () => this.secondIs(word("within")),
          ALT: () => this.SUBRULE(this.undoWithinClause, ITEM),
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.inputFieldsClause, ITEM) },
        { ALT: () => this.SUBRULE(this.tagsClause, ITEM) },
        { ALT: () => this.SUBRULE(this.signalDecl, ITEM) },
        {
          GATE: () => !this.secondIs(word("undo")),
          ALT: () => this.SUBRULE(this.endingClause, ITEM),
          IGNORE_AMBIGUITIES: true,
        },
        ...this.statements(),
        { ALT: () => this.SUBRULE(this.outputClause, ITEM) },
      ],
    });
  }

  /** What stands where its kind has no place, read whole: the checker reports it. */
  readonly misplaced: Rule = this.RULE("misplaced", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.importDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.typeDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.errorDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.serviceDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.signalDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.computeDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.sagaDecl, ITEM) },
        { ALT: () => this.SUBRULE(this.undoWithinClause, ITEM) },
        { ALT: () => this.SUBRULE(this.endingClause, ITEM) },
        ...this.statements(),
        { ALT: () => this.SUBRULE(this.branch, ITEM) },
        { ALT: () => this.SUBRULE(this.versionClause, ITEM) },
        { ALT: () => this.SUBRULE(this.tagsClause, ITEM) },
        { ALT: () => this.SUBRULE(this.timeoutClause, ITEM) },
        { ALT: () => this.SUBRULE(this.retryClause, ITEM) },
        { ALT: () => this.SUBRULE(this.throwsClause, ITEM) },
        { ALT: () => this.SUBRULE(this.compensateClause, ITEM) },
        { ALT: () => this.SUBRULE(this.confirmClause, ITEM) },
        { ALT: () => this.SUBRULE(this.inquireClause, ITEM) },
        { ALT: () => this.SUBRULE(this.keyClause, ITEM) },
        { ALT: () => this.SUBRULE(this.emitsClause, ITEM) },
        { ALT: () => this.SUBRULE(this.onTimeoutClause, ITEM) },
        { ALT: () => this.SUBRULE(this.callFailureClause, ITEM) },
        { ALT: () => this.SUBRULE(this.onErrorClause, ITEM) },
        { ALT: () => this.SUBRULE(this.strayRecord, ITEM) },
        // The first word of a clause that only ever follows something else: `max`, `where`.
        { ALT: () => this.CONSUME(FieldName, { LABEL: "strayWord" }), IGNORE_AMBIGUITIES: true },
      ],
    });
  });

  /** `input { … }` or `output { … }` where neither has a place: whether it holds types or values nobody can tell. */
  readonly strayRecord: Rule = this.RULE("strayRecord", () => {
    this.OR([{ ALT: () => this.CONSUME(word("input")) }, { ALT: () => this.CONSUME(word("output")) }]);
    this.OPTION(() => {
      this.CONSUME(sign("LeftBrace"));
      this.ACTION(() => this.skipToBrace());
      this.CONSUME(sign("RightBrace"));
    });
  });
}
