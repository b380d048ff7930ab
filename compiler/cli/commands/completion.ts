import type { Command, Option } from "commander";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";

type Shell = "bash" | "zsh" | "fish";

/** `sagac completion`: a script for a shell, made of the commands and options that there are. */
export function completion(shell: Shell, program: Command, io: Io): ExitCode {
  const commands = program.commands.map(describe);
  const script = { bash, zsh, fish }[shell](commands);
  io.stdout.write(script);
  return EXIT.ok;
}

/** A command as a shell needs it. All of it is our own text. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly summary: string;
    readonly values: readonly string[];
    readonly wantsValue: boolean;
  }[];
  /** Values of its argument; empty: files. */
  readonly values: readonly string[];
}

function describe(command: Command): Completed {
  const options = [...command.options, ...HELP].map(({ short, long, description, argChoices, required, optional }) => ({
    flags: [long, short].filter((flag) => typeof flag === "string"),
    summary: description,
    values: argChoices ?? [],
    wantsValue: required || optional,
  }));
  const [argument] = command.registeredArguments;
  return { name: command.name(), summary: command.description(), options, values: argument?.argChoices ?? [] };
}

const HELP: readonly Pick<Option, "short" | "long" | "description" | "argChoices" | "required" | "optional">[] = [
  { short: "-h", long: "--help", description: "print the help", required: false, optional: false },
];

/** In place of a command. */
const GENERAL = [
  { flag: "--help", summary: "print the help" },
  { flag: "--version", summary: "print the version" },
];

function bash(commands: readonly Completed[]): string {
  const valueCases = commands.flatMap(({ name, options }) =>
    options
      .filter(({ wantsValue }) => wantsValue)
      .map(({ flags, values }) => {
        const reply =
          values.length > 0
            ? `COMPREPLY=($(compgen -W '${values.join(" ")}' -- "$word"))`
            : `COMPREPLY=($(compgen -f -- "$word"))`;
        return `    ${flags.map((flag) => `${name}:${flag}`).join("|")}) ${reply}; return ;;`;
      }),
  );
  const wordCases = commands.map(
    ({ name, options, values }) =>
      `    ${name}) words='${[...values, ...options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith("--")))].join(" ")}' ;;`,
  );
  return `# sagac completion bash: \`source <(sagac completion bash)\`
_sagac() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    if [[ "$word" == -* ]]; then words='${GENERAL.map(({ flag }) => flag).join(" ")}'; else words='${commands.map(({ name }) => name).join(" ")}'; fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  case "$command:$before" in
${valueCases.join("\n")}
  esac
  case "$command" in
${wordCases.join("\n")}
  esac
  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$word"))
  else COMPREPLY=($(compgen -W "\${words//--*/}" -- "$word") $(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _sagac sagac
`;
}

function zsh(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, options, values }) => {
    const specs = options.flatMap(({ flags, summary, values: choices, wantsValue }) =>
      flags.map((flag) => {
        const value = wantsValue ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : "_files"}` : "";
        return `'${flag}[${zshText(summary)}]${value}'`;
      }),
    );
    return `    ${name}) _arguments ${[...specs, `'*:file:${values.length > 0 ? `(${values.join(" ")})` : "_files"}'`].join(" ")} ;;`;
  });
  return `#compdef sagac
# sagac completion zsh: \`source <(sagac completion zsh)\`
_sagac() {
  if (( CURRENT == 2 )) && [[ "$PREFIX" == -* ]]; then
    _arguments ${GENERAL.map(({ flag, summary }) => `'${flag}[${zshText(summary)}]'`).join(" ")}
    return
  fi
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, summary }) => `'${name}:${zshText(summary)}'`).join(" ")})
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _sagac sagac
`;
}

function zshText(text: string): string {
  return text
    .replaceAll("'", "’")
    .replaceAll(/[[\]:\\]/g, " ")
    .replaceAll("`", "");
}

function fish(commands: readonly Completed[]): string {
  const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, options, values }) => [
    `complete -c sagac -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...(values.length === 0
      ? []
      : [`complete -c sagac -n '__fish_seen_subcommand_from ${name}' -f -a ${quote(values.join(" "))}`]),
    ...options.map(({ flags, summary: text, values: choices, wantsValue }) => {
      const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
      const value = choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : wantsValue ? " -r" : "";
      return `complete -c sagac -n '__fish_seen_subcommand_from ${name}' ${names}${value} -d ${quote(text)}`;
    }),
  ]);
  const general = GENERAL.map(({ flag, summary }) => {
    return `complete -c sagac -n __fish_use_subcommand -l ${flag.slice(2)} -d ${quote(summary)}`;
  });
  return `# sagac completion fish | source\n${[...general, ...lines].join("\n")}\n`;
}
