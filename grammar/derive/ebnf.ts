import { SagaParser } from "../parser.ts";

/** What Chevrotain says of a rule and its parts. */
interface Production {
  readonly type: string;
  readonly name?: string;
  readonly label?: string;
  readonly definition?: readonly Production[];
}

/** The grammar as the parser has it, rule by rule: `saga.ebnf`. What separates alternatives that begin alike, and recovery, is not in it. */
export function ebnf(): string {
  const rules = (new SagaParser().getSerializedGastProductions() as readonly Production[]).map((rule) => {
    return `${(rule.name ?? "").padEnd(24)} = ${sequence(definition(rule))} ;`;
  });
  return `${HEAD}${rules.join("\n")}\n`;
}

const HEAD = `(* The grammar of .saga as the parser has it; made by \`npm run derive\`. [ x ] at most once, { x } any number of times. *)

`;

function definition({ definition: parts = [] }: Production): readonly Production[] {
  return parts;
}

function sequence(productions: readonly Production[]): string {
  return productions
    .map(show)
    .filter((text) => text !== "")
    .join(" ");
}

function show(production: Production): string {
  const inner = (): string => sequence(definition(production));
  switch (production.type) {
    case "NonTerminal":
      return production.name ?? "";
    case "Terminal":
      return production.label?.replaceAll("`", '"') ?? production.name ?? "";
    case "Option":
      return `[ ${inner()} ]`;
    case "Repetition":
      return `{ ${inner()} }`;
    case "RepetitionMandatory":
      return `${inner()} { ${inner()} }`;
    case "RepetitionWithSeparator":
    case "RepetitionMandatoryWithSeparator": {
      const list = `${inner()} { "," ${inner()} }`;
      return production.type === "RepetitionWithSeparator" ? `[ ${list} ]` : list;
    }
    case "Alternation":
      return `( ${definition(production).map(show).join(" | ")} )`;
    default:
      return inner();
  }
}
