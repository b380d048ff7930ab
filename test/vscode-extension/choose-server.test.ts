import { describe, expect, it } from "vitest";
import { chooseServer, type Surroundings } from "../../vscode-extension/src/choose-server.ts";
import { statusOf } from "../../vscode-extension/src/status.ts";

const bundled = { module: "/extension/server.mjs", version: "0.1.0" };
const manifest = (version: string, more: object = {}): string =>
  JSON.stringify({ name: "sagac", version, bin: { sagac: "./cli/main.js" }, ...more });
const FILES: Readonly<Record<string, string>> = {
  "/shop/node_modules/sagac/package.json": manifest("0.2.0"),
  "/shop/app/node_modules/other/package.json": manifest("0.3.0"),
  "/own/sagac/package.json": manifest("0.4.0", { bin: "main.js" }),
  "/half/node_modules/sagac/package.json": '{ "name": "sagac", "ver',
  "/stranger/node_modules/sagac/package.json": manifest("9.9.9", { name: "evil" }),
};
const choose = (more: Partial<Surroundings>) =>
  chooseServer({ folders: ["/shop/app"], trusted: true, setting: "", bundled, read: (path) => FILES[path] ?? null, ...more });

describe("the sagac that an editor speaks to", () => {
  const rows: readonly (readonly [what: string, more: Partial<Surroundings>, origin: string, module: string])[] = [
    ["is the workspace's own, also from above", {}, "workspace", "/shop/node_modules/sagac/cli/main.js"],
    [
      "is the first that any folder has",
      { folders: ["/none", "/shop/app"] },
      "workspace",
      "/shop/node_modules/sagac/cli/main.js",
    ],
    ["is the bundled one without any", { folders: ["/none"] }, "bundled", bundled.module],
    ["is the bundled one without a folder", { folders: [] }, "bundled", bundled.module],
    ["is the bundled one where nothing may be run", { trusted: false, setting: "/own/sagac" }, "bundled", bundled.module],
    ["is that of the setting before all", { setting: "/own/sagac" }, "setting", "/own/sagac/main.js"],
    ["is that of the setting from the first folder on", { setting: "../../own/sagac" }, "setting", "/own/sagac/main.js"],
    ["is no package that is half-written", { folders: ["/half"] }, "bundled", bundled.module],
    ["is no package of another name", { folders: ["/stranger"] }, "bundled", bundled.module],
  ];
  it.each(rows)("%s", (_, more, origin, module) => {
    expect(choose(more)).toMatchObject({ server: { origin, module }, problem: null });
  });

  it("is the bundled one where the setting leads nowhere, which is said", () => {
    const { server, problem } = choose({ setting: "/nowhere" });
    expect(server.origin).toBe("bundled");
    expect(problem).toContain("/nowhere");
  });
});

describe("the status bar", () => {
  const { server } = choose({});
  const rows: readonly (readonly [what: string, status: ReturnType<typeof statusOf>, text: string, warning: boolean])[] = [
    ["while it starts", statusOf(server, "starting", "0.2.0", null), "$(loading~spin) sagac", false],
    ["when both are of one version", statusOf(server, "running", "0.2.0", "0.2.0"), "sagac 0.2.0", false],
    ["when they are not", statusOf(server, "running", "0.1.0", "0.2.0"), "$(warning) sagac 0.2.0", true],
    ["when it failed", statusOf(server, "failed", "0.2.0", null), "$(error) sagac", true],
  ];
  it.each(rows)("%s", (_, status, text, warning) => {
    expect(status).toMatchObject({ text, warning });
    expect(status.tooltip).toContain("sagac 0.2.0, the workspace's own");
  });
});
