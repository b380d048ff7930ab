import type { IToken } from "chevrotain";
import { ITEM, quotedNameFinding, type Rule, retype } from "./parser-base.ts";
import { ForeignParser } from "./parser-foreign.ts";
import { BinaryOperator, FieldName, Member, Name, PrefixOperator, sign, Text, word } from "./token-types.ts";

/**
 * Expressions. A chain of operators is read flat, as operands and operators; the syntax tree gives them their precedence.
 * That keeps the parser's stack short: a hundred levels of brackets are a few rules each, not a dozen.
 */
export abstract class ExpressionParser extends ForeignParser {
  /** Within the middle of `c ? middle : b`, where a name before a colon is an operand. */
  private middles = 0;
  /** Within a service. */
  protected inService = false;

  readonly expression: Rule = this.RULE("expression", () => {
    this.nested(() => {
      this.SUBRULE(this.operand);
      const chain = (): void =>
        this.MANY(() => {
          this.CONSUME(BinaryOperator);
          this.SUBRULE2(this.operand);
        });
      chain();
      this.ACTION(() => {
        while (this.nextIs(sign("Assign"))) {
          this.report("foreign-operator", "`=` gives a name to a value; it does not compare.", "Write `==`.");
          retype(this.LA(1), sign("Equal"));
          chain();
        }
      });
      this.OPTION(() => {
        this.CONSUME(sign("Question"));
        this.middle(() => this.SUBRULE(this.expression));
        this.CONSUME(sign("Colon"));
        this.SUBRULE2(this.expression);
      });
    });
  });

  readonly operand: Rule = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(PrefixOperator));
    this.SUBRULE(this.primary);
    this.MANY2(() => this.SUBRULE(this.suffix));
  });

  readonly primary: Rule = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.CONSUME(sign("Int")) },
      { ALT: () => this.CONSUME(sign("Decimal")) },
      { ALT: () => this.CONSUME(sign("Duration")) },
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(word("true")) },
      { ALT: () => this.CONSUME(word("false")) },
      { ALT: () => this.CONSUME(word("null")) },
      { GATE: () => !this.beginsInputClause(), ALT: () => this.CONSUME(word("input")) },
      { ALT: () => this.CONSUME(word("failure")) },
      {
        GATE: () => !this.beginsEntry() && !(this.beginsLine() && this.beginsServiceClause()),
        ALT: () => {
          this.CONSUME(Name);
          this.OPTION(() => this.SUBRULE(this.args));
        },
      },
      { GATE: () => !this.looksLikeBlock(), ALT: () => this.SUBRULE(this.object) },
      { ALT: () => this.SUBRULE(this.array) },
      { ALT: () => this.SUBRULE(this.paren) },
    ]);
  });

  readonly args: Rule = this.RULE("args", () => {
    this.CONSUME(sign("LeftParen"));
    this.OPTION(() => this.expressions("RightParen"));
    this.CONSUME(sign("RightParen"));
  });

  readonly array: Rule = this.RULE("array", () => {
    this.CONSUME(sign("LeftBracket"));
    this.OPTION(() => this.expressions("RightBracket"));
    this.CONSUME(sign("RightBracket"));
  });

  readonly paren: Rule = this.RULE("paren", () => {
    this.CONSUME(sign("LeftParen"));
    this.bracketed(() => this.SUBRULE(this.expression));
    this.CONSUME(sign("RightParen"));
  });

  /** `.member`, `[index]` or `[]`. */
  readonly suffix: Rule = this.RULE("suffix", () => {
    this.OR([
      {
        ALT: () => {
          const dot = this.CONSUME(sign("Dot"));
          if (this.RECORDING_PHASE || (this.nextIs(Member) && !this.isOnNextLine())) this.CONSUME(Member);
          else this.expected("the name of a member");
          this.ACTION(() => {
            this.optionalLength(dot);
            this.methodCall();
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(sign("LeftBracket"));
          this.OPTION(() => this.bracketed(() => this.SUBRULE(this.expression)));
          this.CONSUME(sign("RightBracket"));
        },
      },
    ]);
  });

  /** `{ name: value, a.path }` */
  readonly object: Rule = this.RULE("object", () => {
    this.CONSUME(sign("LeftBrace"));
    this.bracketed(() =>
      this.items("entries", () => this.MANY(() => this.guard("entries", () => this.SUBRULE(this.entry, ITEM)))),
    );
    this.CONSUME(sign("RightBrace"));
  });

  readonly entry: Rule = this.RULE("entry", () => {
    this.OR({
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => this.secondIs(sign("Colon"), sign("Assign")),
          ALT: () => {
            this.SUBRULE(this.fieldName);
            this.CONSUME(sign("Colon"));
            this.SUBRULE(this.expression);
          },
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.path) },
      ],
    });
    this.OPTION(() => this.CONSUME(sign("Comma")));
  });

  /** What names itself in a record: `input.orderId`. */
  readonly path: Rule = this.RULE("path", () => {
    this.OR([
      { ALT: () => this.CONSUME(word("input")) },
      { ALT: () => this.CONSUME(word("failure")) },
      { ALT: () => this.CONSUME(Name) },
    ]);
    this.MANY(() => this.SUBRULE(this.suffix));
  });

  /** The name of a field or entry; in quotes it is read, and reported. */
  readonly fieldName: Rule = this.RULE("fieldName", () => {
    this.OR([
      { ALT: () => this.CONSUME(FieldName) },
      {
        ALT: () => {
          const token = this.CONSUME(Text);
          this.ACTION(() => this.quoted(token));
        },
      },
    ]);
  });

  private expressions(closer: "RightParen" | "RightBracket"): void {
    this.bracketed(() => {
      this.SUBRULE(this.expression);
      this.MANY({
        MAX_LOOKAHEAD: 1,
        GATE: () => !this.secondIs(sign(closer)),
        DEF: () => {
          this.CONSUME(sign("Comma"));
          this.SUBRULE2(this.expression);
        },
      });
      this.OPTION2(() => this.CONSUME2(sign("Comma")));
    });
  }

  /** At a name with a colon behind it: the next entry, where the value of this one was forgotten. */
  private beginsEntry(): boolean {
    return this.middles === 0 && this.secondIs(sign("Colon"));
  }

  /** At `input {` on a line of its own: the next clause, where a value was forgotten. */
  private beginsInputClause(): boolean {
    return this.secondIs(sign("LeftBrace")) && this.beginsLine();
  }

  /** In a service, at a contextual word that begins one of its clauses: not taken for a name. */
  protected beginsServiceClause(): boolean {
    if (!this.inService) return false;
    const first = this.LA(1).tokenType;
    if (first === word("fenced")) return true;
    if (first === word("idempotent")) return this.secondIs(word("for"));
    return (first === word("max") || first === word("rate")) && this.secondIs(sign("Int"));
  }

  /** Behind a dot that ends its line: a word of the language on the next line begins something of its own. */
  private isOnNextLine(): boolean {
    return this.beginsLine() && (this.beginsStatementOrClause() || this.secondIs(sign("Colon")));
  }

  private middle(inside: () => void): void {
    this.middles++;
    try {
      inside();
    } finally {
      this.middles--;
    }
  }

  private bracketed(inside: () => void): void {
    const { middles } = this;
    this.middles = 0;
    try {
      inside();
    } finally {
      this.middles = middles;
    }
  }

  private quoted(token: IToken): void {
    const { message, help } = quotedNameFinding(token);
    this.report("quoted-name", message, help, token);
  }
}
