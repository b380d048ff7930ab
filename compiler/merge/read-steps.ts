import { Node, type ObjectLiteralExpression, Project, type SourceFile, ts, type VariableDeclaration } from "ts-morph";

/** What a steps file holds, as far as its syntax tells: the object behind `export const steps`. */
export type StepsReading =
  | { readonly kind: "read"; readonly steps: ObjectSite }
  | { readonly kind: "unreadable"; readonly why: string; readonly offset: number };

/** An object literal of the user's, with all that inserting into it has to know. Offsets are into the text. */
export interface ObjectSite {
  /** Of its opening brace and just behind its closing one. */
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
  /** Just behind the last member and its comma; behind the opening brace when it has none. */
  readonly membersEnd: number;
  readonly trailingComma: boolean;
  /** Something contextual gives its functions their types. */
  readonly typed: boolean;
  /** Members that cannot be seen here: `...shared`, `[name]: …`. */
  readonly hidden: readonly string[];
}

export interface Member {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Its value, where that is an object literal in this file. */
  readonly object: ObjectSite | null;
  /** Its value as written, shortened. */
  readonly text: string;
}

/** Reads a steps file without changing or running anything. */
export function readSteps(text: string): StepsReading {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true, compilerOptions: { noLib: true } });
  const file = project.createSourceFile("/user.steps.ts", text);
  const [problem] = project.getProgram().getSyntacticDiagnostics(file);
  if (problem !== undefined) {
    const message = problem.getMessageText();
    const first = typeof message === "string" ? message : message.getMessageText();
    return { kind: "unreadable", why: `it has a syntax error (${first.replace(/\.$/, "")})`, offset: problem.getStart() ?? 0 };
  }
  const declaration = exportedSteps(file);
  if (declaration === null) return { kind: "unreadable", why: "it exports no `const steps`", offset: 0 };
  const object = objectOf(declaration, new Set());
  if (object === null) return { kind: "unreadable", why: "its `steps` is not an object literal", offset: declaration.getStart() };
  return { kind: "read", steps: object };
}

/** `export const steps = …`, or `const steps = …` with `export { steps }`, also from another name. */
function exportedSteps(file: SourceFile): VariableDeclaration | null {
  const direct = file
    .getVariableStatements()
    .find((statement) => statement.isExported() && declares(statement.getDeclarations(), "steps"));
  if (direct !== undefined) return direct.getDeclarations().find((declaration) => declaration.getName() === "steps") ?? null;
  for (const specifier of file.getExportDeclarations().flatMap((declaration) => declaration.getNamedExports())) {
    const exported = specifier.getAliasNode()?.getText() ?? specifier.getName();
    if (exported === "steps" && specifier.getExportDeclaration().getModuleSpecifier() === undefined) {
      return file.getVariableDeclaration(specifier.getName()) ?? null;
    }
  }
  return null;
}

function declares(declarations: readonly VariableDeclaration[], name: string): boolean {
  return declarations.some((declaration) => declaration.getName() === name);
}

function objectOf(declaration: VariableDeclaration, seen: Set<Node>): ObjectSite | null {
  const initializer = declaration.getInitializer();
  return initializer === undefined ? null : objectSite(initializer, declaration.getTypeNode() !== undefined, seen);
}

/** Through parentheses, `as`, `satisfies`, and the names of constants of this file. An object is found once: it cannot stand in two places. */
function objectSite(expression: Node, typed: boolean, seen: Set<Node>): ObjectSite | null {
  if (Node.isParenthesizedExpression(expression)) return objectSite(expression.getExpression(), typed, seen);
  if (Node.isSatisfiesExpression(expression)) return objectSite(expression.getExpression(), true, seen);
  if (Node.isAsExpression(expression)) {
    const isConst = expression.getTypeNode()?.getText() === "const";
    return objectSite(expression.getExpression(), typed || !isConst, seen);
  }
  if (Node.isIdentifier(expression)) {
    const declaration = expression.getSourceFile().getVariableDeclaration(expression.getText());
    if (declaration === undefined || seen.has(declaration)) return null;
    seen.add(declaration);
    return objectOf(declaration, seen);
  }
  return Node.isObjectLiteralExpression(expression) ? readObject(expression, typed, seen) : null;
}

function readObject(literal: ObjectLiteralExpression, typed: boolean, seen: Set<Node>): ObjectSite {
  const { properties } = literal.compilerNode;
  const source = literal.getSourceFile().compilerNode;
  const members = new Map<string, Member>();
  const hidden: string[] = [];
  for (const property of literal.getProperties()) {
    if (Node.isSpreadAssignment(property)) {
      const spread = objectSite(property.getExpression(), false, seen);
      for (const member of spread?.members ?? []) members.set(member.name, member);
      if (spread === null || spread.hidden.length > 0) hidden.push(shortened(property.getText()));
      continue;
    }
    const name = plainName(property.compilerNode.name);
    if (name === null) {
      hidden.push(shortened(property.getText()));
      continue;
    }
    const value = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
    const shorthand = Node.isShorthandPropertyAssignment(property) ? property.getNameNode() : undefined;
    members.set(name, {
      name,
      // ts-morph counts the lines from the beginning of the file for each.
      line: source.getLineAndCharacterOfPosition(property.getStart()).line + 1,
      start: property.getStart(),
      end: property.getEnd(),
      object:
        value !== undefined
          ? objectSite(value, typed, seen)
          : shorthand !== undefined
            ? objectSite(shorthand, false, seen)
            : null,
      text: shortened((value ?? property).getText()),
    });
  }
  return {
    start: literal.getStart(),
    end: literal.getEnd(),
    members: [...members.values()],
    membersEnd: properties.length === 0 ? literal.getStart() + 1 : properties.end,
    trailingComma: properties.hasTrailingComma ?? false,
    typed,
    hidden,
  };
}

/** The name of a member where syntax alone tells it. */
function plainName(name: ts.PropertyName): string | null {
  if (
    ts.isIdentifier(name) ||
    ts.isStringLiteral(name) ||
    ts.isNoSubstitutionTemplateLiteral(name) ||
    ts.isNumericLiteral(name)
  ) {
    return name.text;
  }
  return ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression) ? name.expression.text : null;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
