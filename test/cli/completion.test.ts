import { execFileSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { ROOT, scratchFolder } from "../kit/scratch.ts";
import { describeWithServer, onPath } from "../kit/server-process.ts";
import { sagac } from "./sagac.ts";

/** Asks a shell itself, in a folder with its script in `sagac.<shell>`, what it offers for a line. */
const SHELLS = {
  bash: (folder, line) => {
    const script = `source ./sagac.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sagac; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run(folder, "bash", "--norc", "-c", script, "bash", ...line.split(" "));
  },
  fish: (folder, line) => {
    const offered = run(folder, "fish", "--no-config", "-c", "source ./sagac.fish; complete -C $argv[1]", line);
    return offered.map((each) => each.split("\t", 1)[0] ?? "");
  },
  zsh: (folder, line) => run(folder, "zsh", "-f", "./ask.zsh", line),
} as const satisfies Record<string, (folder: string, line: string) => readonly string[]>;

type Shell = keyof typeof SHELLS;

/** What a zsh at a terminal of its own offers when Tab is pressed behind `$1`. */
const ASK_ZSH = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'stty -echo; source ./terminal.zsh; source ./sagac.zsh; print -r -- "<re""ady>"'
text=
while [[ $text != *'<ready>'* ]] && zpty -r shell part; do text+=$part; done
zpty -w -n shell "$1"$'\\t'
while [[ $text != *'<end>'* ]] && zpty -r shell part; do text+=$part; done
print -r -- "$text" | sed -n 's/.*<offer>\\(.*\\)<\\/offer>.*/\\1/p'
`;

const ZSH_TERMINAL = `PROMPT=
unsetopt zle_bracketed_paste prompt_cr prompt_sp
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
ended () { print -r -- '<end>' }
comppostfuncs=(ended)
compadd () {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  local hit
  builtin compadd -A hits "$@"
  for hit in $hits; do print -r -- "<offer>$hit</offer>"; done
  builtin compadd "$@"
}
`;

function run(folder: string, program: string, ...args: readonly string[]): readonly string[] {
  const text = execFileSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, HOME: folder },
  });
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .sort();
}

const COMMANDS = "build check completion diff docs explain format graph info init lsp new release simulate verify".split(" ");

for (const shell of Object.keys(SHELLS) as Shell[]) {
  const missing = onPath(shell) === null ? `no ${shell} on the PATH` : null;
  describeWithServer(`sagac completion ${shell}`, missing, () => {
    let folder = "";
    beforeAll(async () => {
      const { code, stdout } = await sagac(["completion", shell], ROOT);
      expect(code).toBe(0);
      folder = scratchFolder(
        { [`sagac.${shell}`]: stdout, "ask.zsh": ASK_ZSH, "terminal.zsh": ZSH_TERMINAL, "one.saga": "" },
        "process",
      );
    });
    const offered = (line: string): readonly string[] => SHELLS[shell](folder, line);

    it.each<[line: string, offered: readonly string[]]>([
      ["sagac bui", ["build"]],
      ["sagac c", ["check", "completion"]],
      ["sagac build --wa", ["--watch"]],
      ["sagac build --no-s", ["--no-steps"]],
      ["sagac check --format s", ["sarif"]],
      ["sagac diff --format ", ["github", "json", "text"]],
      // Fish offers what begins with a dot only to who types it.
      ["sagac build --import-extension ", shell === "fish" ? ["none"] : [".js", ".ts", "none"]],
      ["sagac build --import-extension .", [".js", ".ts"]],
      ["sagac build --quiet --dry", ["--dry-run"]],
      ["sagac check on", ["one.saga"]],
      ["sagac completion f", ["fish"]],
      ["sagac init --template ", ["minimal", "order"]],
      ["sagac format --stdin-filepath on", ["one.saga"]],
    ])("offers for `%s`: %j", (line, wanted) => {
      expect(offered(line)).toEqual(wanted);
    });

    it("offers every command first, and every option of one", () => {
      expect(offered("sagac ")).toEqual(COMMANDS);
      expect(offered("sagac --")).toEqual(["--help", "--version"]);
      expect(offered("sagac graph --")).toEqual(
        ["--color", "--format", "--help", "--max-warnings", "--no-color", "--out-dir", "--quiet", "--saga"].sort(),
      );
    });
  });
}

it("a shell that there is no script for is wrong use", async () => {
  expect(await sagac(["completion", "tcsh"], ROOT)).toMatchObject({ code: 2, stdout: "" });
});
