import { statfsSync } from "node:fs";

/**
 * Where the tests of `npm test` write what may vanish: in memory, where the system has room for it, since half of what SQLite's suites take is
 * the disk. They kill processes and never the machine, so that it makes no difference to what they prove. `TMPDIR` decides where it is set.
 */
export function temporaryFiles(): { readonly TMPDIR?: string } {
  if (process.env.TMPDIR !== undefined || process.platform !== "linux") return {};
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize > ROOM_BYTES ? { TMPDIR: IN_MEMORY } : {};
  } catch {
    return {};
  }
}

const IN_MEMORY = "/dev/shm";
/** Containers often have 64 MB there, which a few suites at once would fill. */
const ROOM_BYTES = 2 * 1024 ** 3;
