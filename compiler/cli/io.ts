/** All that the command line has of the process, so that it can run inside a test. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Resolves when the process is asked to end; `undefined`: it never is. */
  readonly stopped?: (() => Promise<void>) | undefined;
  /** All of it; `undefined`: there is none. */
  readonly stdin?: (() => Promise<string>) | undefined;
}

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Colours for a stream: what was asked for, else `NO_COLOR` and `FORCE_COLOR`, else whether a person is looking. */
export function wantsColor(asked: boolean | undefined, stream: OutputStream, env: Io["env"]): boolean {
  if (asked !== undefined) return asked;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}
