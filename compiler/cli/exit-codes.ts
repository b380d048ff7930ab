/** How `sagac` ends; scripts rely on these, so they never change their meaning. */
export const EXIT = {
  ok: 0,
  /** The sources have errors, or more warnings than `--max-warnings` allows; or what else was asked for is not so: files would change, a law is broken, … */
  sources: 1,
  /** sagac could not do what it was asked: wrong arguments, nothing to compile, a folder that cannot be written. */
  usage: 2,
  /** A bug in sagac. */
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
