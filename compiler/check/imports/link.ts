import type { Ident, ImportDecl, ImportName, StringLiteral } from "../../ast/nodes.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { relativePath, type SourceFailure } from "../../source/source-set.ts";
import type { Draft, FileScope } from "../draft.ts";
import type { AnySymbol } from "../symbols.ts";
import type { Outside, TypeScriptAnswer } from "./outside.ts";
import { importPath, OUTSIDE_HELP } from "./paths.ts";

/** What linking needs of a file. */
export interface LinkedFile {
  readonly path: string;
  readonly scope: FileScope;
  readonly imports: readonly ImportDecl[];
}

/**
 * Takes the names that files import over into their scopes. What cannot be taken over is noted once; its name is known, and nothing that
 * follows from it is told.
 */
export class Linker {
  readonly #draft: Draft;
  readonly #files: ReadonlyMap<string, LinkedFile>;
  readonly #outside: Outside;

  constructor(draft: Draft, files: readonly LinkedFile[], outside: Outside) {
    this.#draft = draft;
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#outside = outside;
  }

  /** Before any type is resolved: types may refer to each other through imports, also in circles. */
  linkTypes(): void {
    for (const file of this.#files.values()) for (const node of file.imports) this.#complain(file, node);
    this.#each((file, name, target) => {
      const symbol = target.scope.types.get(name.name.name);
      if (symbol === undefined) return;
      file.scope.types.set(localName(name).name, symbol);
      target.scope.used.add(symbol);
    });
  }

  /** Once all files have resolved what they declare. */
  linkRest(): void {
    this.#each((file, name, target) => {
      const from = target.scope;
      const wanted = name.name.name;
      const local = localName(name).name;
      take(from.errors, wanted, file.scope.errors, local);
      take(from.services, wanted, file.scope.services, local);
      take(from.signals, wanted, file.scope.signals, local);
      take(from.computes, wanted, file.scope.computes, local);
      take(from.sagas, wanted, file.scope.sagas, local);
      const symbol = symbolOf(from, wanted);
      file.scope.imported.push({ ident: localName(name), symbol });
      if (symbol === null) file.scope.opaque.add(local);
      else from.used.add(symbol);
    });
    for (const { path, scope } of this.#files.values()) {
      for (const name of this.#outside.importedElsewhere(path)) {
        const symbol = declares(scope, name) ? symbolOf(scope, name) : null;
        if (symbol !== null) scope.used.add(symbol);
      }
    }
  }

  /** Every name that one file imports from another one which declares it; of two names that are one the first. */
  #each(visit: (file: LinkedFile, name: ImportName, target: LinkedFile) => void): void {
    for (const file of this.#files.values()) {
      for (const node of file.imports) {
        const found = importPath(file.path, node);
        const target = found?.ok && found.language === "saga" ? this.#files.get(found.path) : undefined;
        if (target === undefined) continue;
        for (const name of node.names)
          if (isFirst(file.scope, localName(name)) && declares(target.scope, name.name.name)) visit(file, name, target);
      }
    }
  }

  #complain(file: LinkedFile, node: ImportDecl): void {
    const found = importPath(file.path, node);
    if (found === null || node.from === null) return this.#lose(file, node);
    if (!found.ok) {
      const kind = found.reason === "form" ? "import-path" : "import-unread";
      this.#draft.findings.add(kind, { span: node.from.span, path: node.from.value, why: found.why, help: found.help });
      return this.#lose(file, node);
    }
    if (found.language === "typescript") return this.#linkTypeScript(file, node, found.path);
    const target = this.#files.get(found.path);
    if (target === undefined) {
      this.#unread(node.from, found.path);
      return this.#lose(file, node);
    }
    for (const name of node.names) {
      if (declares(target.scope, name.name.name)) continue;
      lose(file, name);
      // What could not be read there may be what is meant.
      if (target.scope.unread.size > 0) continue;
      const candidates = [...target.scope.declared].flatMap(([key, thing]) => (thing.what === "import" ? [] : [key]));
      this.#draft.findings.add("import-unknown", {
        ident: name.name,
        path: node.from.value,
        candidates,
        typescript: false,
        help: target.scope.declared.has(name.name.name)
          ? "It is imported there as well: import it from the file that declares it."
          : null,
      });
    }
  }

  #unread(from: StringLiteral, path: string): void {
    const failure = this.#outside.why(path);
    const near = suggest(path, this.#outside.list());
    const meant = near === null ? null : `Did you mean \`${relativePath(from.span.file, near)}\`?`;
    this.#draft.findings.add("import-unread", { ...unreadShape(from, failure), ...(meant === null ? {} : { help: meant }) });
  }

  #linkTypeScript(file: LinkedFile, node: ImportDecl, path: string): void {
    if (node.from === null) return;
    let unread = false;
    for (const name of node.names) {
      const local = localName(name);
      if (!isFirst(file.scope, local)) continue;
      const answer = this.#outside.typescript.read(path, name.name.name);
      if (answer.kind === "type") {
        file.scope.types.set(local.name, answer.symbol);
        file.scope.imported.push({ ident: local, symbol: answer.symbol });
        continue;
      }
      lose(file, name);
      if (answer.kind === "unread") {
        if (!unread) this.#draft.findings.add("import-unread", unreadShape(node.from, answer.failure));
        unread = true;
      } else if (answer.kind === "unknown")
        this.#draft.findings.add("import-unknown", {
          ident: name.name,
          path: node.from.value,
          candidates: answer.candidates,
          typescript: true,
          help: helpFor(answer),
        });
      else for (const misfit of answer.misfits) this.#draft.findings.add("unfit-type", { span: name.name.span, ...misfit });
    }
  }

  #lose(file: LinkedFile, node: ImportDecl): void {
    for (const name of node.names) lose(file, name);
  }
}

/** Of a name that cannot be had nothing is told where it is used. */
function lose(file: LinkedFile, name: ImportName): void {
  file.scope.opaque.add(localName(name).name);
  file.scope.imported.push({ ident: localName(name), symbol: null });
}

/** A file gives away what it declares, and not what it has imported itself. */
function declares(scope: FileScope, name: string): boolean {
  const declared = scope.declared.get(name);
  return declared !== undefined && declared.what !== "import";
}

function unreadShape(from: StringLiteral, failure: SourceFailure | null) {
  const said = { span: from.span, path: from.value };
  if (failure === null || failure.reason === "missing") return { ...said, why: "there is no such file", help: null };
  if (failure.reason === "outside") return { ...said, why: "it leads out of the project", help: OUTSIDE_HELP };
  const why = failure.message.replace(/^`[^`]*`/, "it").replace(/\.$/, "");
  return { ...said, why, help: "Sources are UTF-8 text of a size that people write." };
}

function helpFor({ exists }: Extract<TypeScriptAnswer, { kind: "unknown" }>): string | null {
  if (exists === "unexported") return "It is declared there: put `export` before it.";
  return exists === "value" ? "What it exports under this name is a value, no type." : null;
}

function localName(name: ImportName): Ident {
  return name.alias ?? name.name;
}

function isFirst(scope: FileScope, ident: Ident): boolean {
  return scope.declared.get(ident.name)?.ident === ident;
}

function symbolOf(scope: FileScope, name: string): AnySymbol | null {
  return (
    scope.types.get(name) ??
    scope.errors.get(name) ??
    scope.services.get(name) ??
    scope.signals.get(name) ??
    scope.computes.get(name) ??
    scope.sagas.get(name) ??
    null
  );
}

function take<Some>(from: ReadonlyMap<string, Some>, name: string, to: Map<string, Some>, as: string): void {
  const symbol = from.get(name);
  if (symbol !== undefined) to.set(as, symbol);
}
