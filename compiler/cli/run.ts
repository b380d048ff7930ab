import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CHANGE_CLASSES, type ChangeClass } from "../diff/rule.ts";
import type { ImportExtension } from "../emit/target.ts";
import { VERSION } from "../version.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import {
  BUILD_HELP,
  CHECK_HELP,
  DIFF_HELP,
  DOCS_HELP,
  FORMAT_HELP,
  GENERAL_HELP,
  GRAPH_HELP,
  RELEASE_HELP,
  SIMULATE_HELP,
  VERIFY_HELP,
} from "./help.ts";
import type { Io } from "./io.ts";
import {
  type BuildOptions,
  type CheckOptions,
  type CommonOptions,
  DIFF_FORMATS,
  type DiffOptions,
  DOCS_FORMATS,
  type DocsOptions,
  type FormatOptions,
  GRAPH_FORMATS,
  type GraphOptions,
  LOCKSTEPS,
  PERSON_VERBS,
  REPORT_FORMATS,
  type ReleaseOptions,
  type SimulateOptions,
  type VerifyOptions,
} from "./options.ts";
import { UsageError } from "./problems.ts";
import { projectCommands } from "./run-project.ts";

/**
 * The command line from arguments to exit code. Commands are loaded when they are asked for, so that help and wrong use are
 * answered at once. Never throws: what no command expected is a bug, told as one.
 */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = commandLine(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const { reportFailure } = await import("./failure.ts");
    return reportFailure(error instanceof CommanderError ? wrongArguments(error) : error, args, io);
  }
}

function commandLine(io: Io, done: (code: ExitCode) => void): Command {
  const program = new Command("sagac")
    .description("The compiler of the Saga language: checks .saga files and writes typed XState machines, stubs and validators.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => {}, outputError: () => {} })
    .addHelpText("after", GENERAL_HELP);

  common(program.command("build").description("check the sources, then write what is made of them"), REPORT_FORMAT)
    .option("--out-dir <dir>", "write generated files there instead of `generated/` beside each source", folder)
    .addOption(importExtensionOption())
    .option("--check", "write nothing; exit 1 if a file would change")
    .option("--dry-run", "write nothing; say what would be written")
    .option("--clean", "remove generated files that no source makes any more")
    .option("--list-files", "print every file that is made, not only those that change")
    .option("-w, --watch", "build again whenever something changed that was read")
    .option("--no-steps", "leave the <saga>.steps.ts files alone")
    .option("--tests", "write <saga>.machine.test.ts as well, for vitest; later builds keep it up to date")
    .option("--frozen", "in CI: look at the files of every released version, too")
    .addHelpText("after", BUILD_HELP)
    .action(async (paths: readonly string[], options: Partial<BuildOptions> & { readonly watch?: boolean }) => {
      const { outDir = null, importExtension = null, check = false, steps = true, tests = false, frozen = false } = options;
      const { dryRun = false, clean = false, listFiles = false } = options;
      const rest = { outDir, importExtension, check, dryRun, clean, listFiles, steps, tests, frozen };
      const all = { ...commonOptions(options), ...rest };
      if (options.watch === true) return done(await (await import("./commands/watch.ts")).watch(paths, all, io));
      if (await (await import("./unchanged.ts")).saidUnchanged(paths, all, io)) return done(EXIT.ok);
      done(await (await import("./commands/build.ts")).build(paths, all, io));
    });

  common(
    program.command("release").description("write down the version of each saga once and for all, for sagas that run"),
    REPORT_FORMAT,
  )
    .option("--saga <name>", "this one only")
    .option("--retire <saga@version>", "none of its sagas is left: take its files out; repeatable", more, [])
    .option("--out-dir <dir>", "as for build", folder)
    .addOption(importExtensionOption())
    .addHelpText("after", RELEASE_HELP)
    .action(async (paths: readonly string[], options: Partial<ReleaseOptions>) => {
      const { release } = await import("./commands/release.ts");
      const { saga = null, retire = [], outDir = null, importExtension = null } = options;
      done(await release(paths, { ...commonOptions(options), saga, retire, outDir, importExtension }, io));
    });

  common(program.command("check").description("report what is wrong in the sources; write nothing"), CHECK_FORMAT)
    .option("--fix", "write fixes that are safe into the sources first")
    .option("--fix-unsafe", "write those as well that are a guess")
    .addHelpText("after", CHECK_HELP)
    .action(async (paths: readonly string[], options: Partial<Omit<CheckOptions, "fix">> & FixOptions) => {
      const { check } = await import("./commands/check.ts");
      const { format = "text" } = options;
      const fix = options.fixUnsafe === true ? "all" : options.fix === true ? "safe" : null;
      done(await check(paths, { ...commonOptions({ ...options, format: "text" }), format, fix }, io));
    });

  common(
    program.command("diff").description("what has changed in the sagas since another state of them, and what it breaks"),
    DIFF_FORMAT,
  )
    .requiredOption("--against <what>", "a name that git knows (main, a tag, a commit), a folder, or a .plan.json")
    .addOption(new Option("--breaking <class,...>", "what makes the exit code 1").default("in-flight,wire").argParser(classes))
    .option("--allow <rule>", "do not tell of this change; `<saga>:<rule>`: of this saga; repeatable", more, [])
    .addHelpText("after", DIFF_HELP)
    .action(
      async (paths: readonly string[], options: Partial<Omit<DiffOptions, "breaking">> & { readonly breaking: unknown }) => {
        const { diff } = await import("./commands/diff.ts");
        const { format = "text", against = "", allow = [], breaking } = options;
        const chosen = Array.isArray(breaking) ? (breaking as readonly ChangeClass[]) : classes("in-flight,wire");
        const rest = { format, against, allow, breaking: chosen };
        done(await diff(paths, { ...commonOptions({ ...options, format: "text" }), ...rest }, io));
      },
    );

  common(program.command("format").description("bring sources into the one layout"), REPORT_FORMAT)
    .option("--check", "write nothing; exit 1 if a file would change")
    .option("--diff", "write nothing; print what would change")
    .option("--stdin-filepath <path>", "format what comes by stdin, named like this, to stdout")
    .addHelpText("after", FORMAT_HELP)
    .action(async (paths: readonly string[], options: Partial<FormatOptions> & { readonly stdinFilepath?: string }) => {
      const { format } = await import("./commands/format.ts");
      const { check = false, diff = false, stdinFilepath: stdinPath = null } = options;
      done(await format(paths, { ...commonOptions(options), check, diff, stdinPath }, io));
    });

  common(
    program.command("verify").description("walk each saga over everything that can happen, and hold it against the laws"),
    REPORT_FORMAT,
  )
    .option("--max-states <n>", "of one saga", count, 100_000)
    .option("--seconds <n>", "for one saga", count, 10)
    .addOption(
      new Option("--lockstep <share>", "what XState walks beside the compiled transition; none: XState alone walks")
        .choices(LOCKSTEPS)
        .default("sampled"),
    )
    .addHelpText("after", VERIFY_HELP)
    .action(async (paths: readonly string[], options: Partial<VerifyOptions>) => {
      const { verifySagas } = await import("./commands/verify.ts");
      const { maxStates = 100_000, seconds = 10, lockstep = "sampled" } = options;
      done(await verifySagas(paths, { ...commonOptions(options), maxStates, seconds, lockstep }, io));
    });

  output(
    program.command("simulate").description("run a saga in virtual time, against scripted or random outcomes"),
    REPORT_FORMAT,
  )
    .argument("<file>", "a .saga file")
    .argument("[saga]", "which one, where the file has several")
    .option("--outcome <operation=outcome,...>", "how calls go, in their order; repeatable", more, [])
    .option("--input <json|file>", "what it is started with; by default a sample made from the types")
    .option("--handlers <steps.ts>", "your own handlers, instead of made-up outcomes; repeatable", more, [])
    .option("--seed <n>", "what is not scripted goes at random, by this seed", count)
    .option("--runs <n>", "so many random runs, from the seed on, and a summary of how they end", count)
    .option("--signal <name=json@time>", "a signal at its time from the start; repeatable", more, [])
    .option("--cancel-at <time>", "cancel it then")
    .addOption(new Option("--person <verb>", "what a person says of each call that parks").choices(PERSON_VERBS))
    .option("--crash", "kill its worker at every point in turn as well, and compare")
    .addHelpText("after", SIMULATE_HELP)
    .action(async (file: string, saga: string | undefined, options: Partial<SimulateOptions>) => {
      const { simulate } = await import("./commands/simulate.ts");
      const { outcome = [], signal = [], input = null, handlers = [], seed = null, runs = null } = options;
      const { cancelAt = null, person = null, crash = false } = options;
      const rest = { outcome, signal, input, handlers, seed, runs, cancelAt, person, crash };
      done(await simulate(file, saga ?? null, { ...commonOptions(options), ...rest }, io));
    });

  common(program.command("graph").description("draw a saga: the way forward, the way back, the point of no return"), GRAPH_FORMAT)
    .option("--saga <name>", "draw this one only")
    .option("--out-dir <dir>", "write a file a saga there instead of one picture to stdout", folder)
    .addHelpText("after", GRAPH_HELP)
    .action(async (paths: readonly string[], options: Partial<GraphOptions>) => {
      const { graph } = await import("./commands/graph.ts");
      const { format = "mermaid", saga = null, outDir = null } = options;
      done(await graph(paths, { ...commonOptions({ ...options, format: "text" }), format, saga, outDir }, io));
    });

  common(program.command("docs").description("a page of Markdown for each saga: what it does, and how it is undone"), DOCS_FORMAT)
    .option("--saga <name>", "this one only")
    .option("--out-dir <dir>", "write a file a saga there instead of one page to stdout", folder)
    .addHelpText("after", DOCS_HELP)
    .action(async (paths: readonly string[], options: Partial<DocsOptions>) => {
      const { docs } = await import("./commands/docs.ts");
      const { format = "markdown", saga = null, outDir = null } = options;
      done(await docs(paths, { ...commonOptions({ ...options, format: "text" }), format, saga, outDir }, io));
    });

  program
    .command("lsp")
    .description("the language server, for editors: speaks the Language Server Protocol on stdin and stdout")
    .option("--stdio", "which is how it speaks; editors say so")
    .option("--clientProcessId <id>", "the editor's process: the server ends when it is gone")
    .action(async () => {
      const { lsp } = await import("./commands/lsp.ts");
      done(await lsp());
    });

  program
    .command("explain")
    .description("print the page of an error: why it is one, a wrong and a right example")
    .argument("<code>", "like SAGA4003 or missing-compensation")
    .addOption(new Option("--format <format>", "how to print").choices(REPORT_FORMAT.choices).default(REPORT_FORMAT.default))
    .action(async (code: string, { format = "text" }: { readonly format?: "text" | "json" }) => {
      const { explain } = await import("./commands/explain.ts");
      done(explain(code, { format }, io));
    });
  projectCommands(program, io, done);
  return program;
}

interface FixOptions {
  readonly fix?: boolean;
  readonly fixUnsafe?: boolean;
}

function commonOptions({ format = "text", color, maxWarnings = null, quiet = false }: Partial<CommonOptions>): CommonOptions {
  return { format, maxWarnings, quiet, ...(color === undefined ? {} : { color }) };
}

const REPORT_FORMAT = { choices: ["text", "json"], default: "text" } as const;
const CHECK_FORMAT = { choices: REPORT_FORMATS, default: "text" } as const;
const DIFF_FORMAT = { choices: DIFF_FORMATS, default: "text" } as const;
const DOCS_FORMAT = { choices: DOCS_FORMATS, default: "markdown" } as const;
const GRAPH_FORMAT = { choices: GRAPH_FORMATS, default: "mermaid" } as const;

function common(command: Command, format: { readonly choices: readonly string[]; readonly default: string }): Command {
  return output(
    command.argument(
      "[paths...]",
      ".saga files, folders and patterns; by default those of the configuration, else the present folder",
      [],
    ),
    format,
  );
}

function output(command: Command, format: { readonly choices: readonly string[]; readonly default: string }): Command {
  return command
    .addOption(new Option("--format <format>", "how to print").choices(format.choices).default(format.default))
    .option("--color", "use colours, also into a file")
    .option("--no-color", "use no colours; so does the variable NO_COLOR")
    .option("--max-warnings <n>", "exit 1 if there are more warnings", count)
    .option("-q, --quiet", "print errors only");
}

function more(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Not a whole number.");
  return Number(text);
}

function classes(text: string): readonly ChangeClass[] {
  return text.split(",").map((name) => {
    const found = CHANGE_CLASSES.find((one) => one === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${CHANGE_CLASSES.join(", ")}.`);
    return found;
  });
}

function folder(text: string): string {
  if (text === "") throw new InvalidArgumentError("Not a folder.");
  return text;
}

function importExtensionOption(): Option {
  const says = "end of relative imports: .ts, .js or none; by default as the nearest tsconfig wants it";
  return new Option("--import-extension <ext>", says).choices([".ts", ".js", "none"]).argParser(importExtension);
}

function importExtension(text: string): ImportExtension {
  switch (text) {
    case ".ts":
    case ".js":
      return text;
    case "none":
      return "";
    default:
      throw new InvalidArgumentError("Allowed choices are .ts, .js, none.");
  }
}

function wrongArguments(error: CommanderError): UsageError {
  if (error.code === "commander.help") return new UsageError("wrong-arguments", { detail: "No command is given." });
  const detail = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return new UsageError("wrong-arguments", { detail: `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}` });
}
