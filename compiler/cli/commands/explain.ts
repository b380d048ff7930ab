import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "../../diagnostics/suggest.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../output.ts";
import { packageFolder } from "../package-folder.ts";
import { UsageError } from "../problems.ts";

/** `sagac explain`: the page of an error, as it stands in the documentation: why, a wrong and a right example. */
export function explain(asked: string, options: { readonly format: "text" | "json" }, io: Io): ExitCode {
  const pages = readPages();
  const found = pages.find(({ code, slug }) => code.toLowerCase() === asked.toLowerCase() || slug === asked.toLowerCase());
  if (found === undefined) {
    const near = suggest(
      asked.toUpperCase().startsWith("SAGA") ? asked.toUpperCase() : asked,
      pages.flatMap(({ code, slug }) => [code, slug]),
    );
    const help =
      near === null ? "A code stands in each message, like `SAGA4003 missing-compensation`." : `Did you mean \`${near}\`?`;
    throw new UsageError("no-such-code", { asked, help });
  }
  const { code, slug, path } = found;
  const text = readFileSync(path, "utf8");
  io.stdout.write(options.format === "json" ? jsonText({ schema: 1, command: "explain", code, slug, markdown: text }) : text);
  return EXIT.ok;
}

interface Page {
  readonly code: string;
  readonly slug: string;
  readonly path: string;
}

function readPages(): readonly Page[] {
  const home = packageFolder();
  // In the package, and in the repository.
  const folders = home === null ? [] : [join(home, "errors"), join(home, "..", "docs", "errors")];
  const folder = folders.find((path) => existsSync(path));
  if (folder === undefined)
    throw new UsageError("no-such-code", { asked: "", help: "This installation has no pages of errors." });
  return readdirSync(folder)
    .filter((name) => /^(?:SAGA|RT)\d+\.md$/.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      // Its first line is `# <code> <slug>`; a test holds that.
      const [, , slug = ""] = (readFileSync(path, "utf8").split("\n", 1)[0] ?? "").split(" ");
      return { code: name.slice(0, -".md".length), slug, path };
    });
}
