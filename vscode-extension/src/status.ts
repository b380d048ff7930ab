import type { ServerChoice } from "./choose-server.ts";

/** What the status bar says. */
export interface Status {
  readonly text: string;
  readonly tooltip: string;
  readonly warning: boolean;
}

export type ServerState = "starting" | "running" | "failed";

/** `own`: the version of the extension. `answered`: the version that the server gave itself. */
export function statusOf(server: ServerChoice, state: ServerState, own: string, answered: string | null): Status {
  const version = answered ?? server.version;
  const from = `sagac ${version}, ${ORIGINS[server.origin]}`;
  if (state === "starting") return { text: "$(loading~spin) sagac", tooltip: `${from}: starting`, warning: false };
  if (state === "failed")
    return {
      text: "$(error) sagac",
      tooltip: `${from}: it does not run. Its output says why. Click to start it again.`,
      warning: true,
    };
  if (version === own) return { text: `sagac ${version}`, tooltip: `${from}. Click to restart.`, warning: false };
  const mismatch = `The extension is of version ${own}: words that only one of the two knows may be coloured or explained wrongly. Use the same version of both.`;
  return { text: `$(warning) sagac ${version}`, tooltip: `${from}. ${mismatch}`, warning: true };
}

const ORIGINS: Readonly<Record<ServerChoice["origin"], string>> = {
  setting: "of the setting saga.server.path",
  workspace: "the workspace's own",
  bundled:
    "bundled with the extension (types imported from TypeScript are taken as they are: add sagac to the project to have them checked)",
};
