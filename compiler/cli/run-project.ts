import { Argument, type Command, Option } from "commander";
import type { ExitCode } from "./exit-codes.ts";
import { INIT_HELP } from "./help.ts";
import type { Io } from "./io.ts";
import { TEMPLATE_NAMES, type TemplateName } from "./options.ts";

interface TextOrJson {
  readonly format?: "text" | "json";
}

/** Commands that are about a project and not about what its sources say. */
export function projectCommands(program: Command, io: Io, done: (code: ExitCode) => void): void {
  format(program.command("init").description("begin a project: a source, a configuration, what npm needs"))
    .argument("[folder]", "where; it may be there already", ".")
    .addOption(new Option("--template <name>", "what to begin with").choices(TEMPLATE_NAMES).default("minimal"))
    .addHelpText("after", INIT_HELP)
    .action(async (dir: string, options: TextOrJson & { readonly template: TemplateName }) => {
      const { init } = await import("./commands/init.ts");
      done(await init(dir, { format: options.format ?? "text", template: options.template }, io));
    });

  format(program.command("new").description("write a source with one saga to begin with"))
    .argument("<name>", "of the saga: refund-order, RefundOrder")
    .action(async (name: string, options: TextOrJson) => {
      const { newSource } = await import("./commands/init.ts");
      done(await newSource(name, { format: options.format ?? "text" }, io));
    });

  format(program.command("info").description("versions, configuration and sources, for a report of a bug")).action(
    async (options: TextOrJson) => {
      const { info } = await import("./commands/info.ts");
      done(await info({ format: options.format ?? "text" }, io));
    },
  );

  program
    .command("completion")
    .description("print a script by which a shell completes commands and options")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completion } = await import("./commands/completion.ts");
      done(completion(shell, program, io));
    });
}

function format(command: Command): Command {
  return command.addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
}
