import { ITEM, type Rule } from "./parser-base.ts";
import { ExpressionParser } from "./parser-expressions.ts";
import { FieldName, Name, sign, Text, word } from "./token-types.ts";

/** Types and fields. */
export abstract class TypeParser extends ExpressionParser {
  readonly type: Rule = this.RULE("type", () => {
    this.nested(() => {
      this.SUBRULE(this.typePart);
      this.ACTION(() => this.nullMember());
      this.MANY(() => {
        this.CONSUME(sign("Bar"));
        this.SUBRULE2(this.typePart);
      });
    });
  });

  readonly typePart: Rule = this.RULE("typePart", () => {
    this.SUBRULE(this.typePrimary);
    this.MANY(() => this.SUBRULE(this.typeSuffix));
  });

  readonly typeSuffix: Rule = this.RULE("typeSuffix", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(sign("LeftBracket"));
          this.CONSUME(sign("RightBracket"));
        },
      },
      { ALT: () => this.CONSUME(sign("Question")) },
    ]);
  });

  readonly typePrimary: Rule = this.RULE("typePrimary", () => {
    this.OR({
      MAX_LOOKAHEAD: 1,
      DEF: [
        {
          GATE: () => this.secondIs(sign("Less")),
          ALT: () => {
            this.CONSUME(word("record"));
            this.CONSUME(sign("Less"));
            this.SUBRULE(this.type);
            this.CONSUME(sign("Greater"));
          },
          IGNORE_AMBIGUITIES: true,
        },
        // A name with a colon behind it is the next field: the type of this one was forgotten.
        { GATE: () => !this.secondIs(sign("Colon")), ALT: () => this.typeName() },
        { ALT: () => this.CONSUME(Text) },
        { ALT: () => this.SUBRULE(this.fields) },
        {
          ALT: () => {
            this.CONSUME(sign("LeftParen"));
            this.SUBRULE2(this.type);
            this.CONSUME(sign("RightParen"));
          },
        },
      ],
    });
  });

  private typeName(): void {
    this.CONSUME(Name);
    this.ACTION(() => this.typeArguments());
  }

  /** `{ name: Type … }` */
  readonly fields: Rule = this.RULE("fields", () => {
    this.CONSUME(sign("LeftBrace"));
    this.items("fields", () => this.MANY(() => this.guard("fields", () => this.SUBRULE(this.field, ITEM))));
    this.CONSUME(sign("RightBrace"));
  });

  readonly field: Rule = this.RULE("field", () => {
    this.SUBRULE(this.fieldName);
    this.CONSUME(sign("Colon"));
    this.OPTION({ GATE: () => this.isSecret(), DEF: () => this.CONSUME(word("secret")) });
    this.SUBRULE(this.type);
    this.OPTION2(() => this.CONSUME(sign("Comma")));
  });

  /** Whether the word `secret` stands before a type, or is the name of one itself: `{ a: secret  b: int }`. */
  private isSecret(): boolean {
    if (!this.secondIs(Name, Text, sign("LeftBrace"), sign("LeftParen"))) return false;
    return !(this.secondIs(FieldName) && this.LA(3).tokenType === sign("Colon"));
  }
}
