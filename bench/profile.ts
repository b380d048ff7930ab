import { Session } from "node:inspector/promises";

/** Parts of the busy time of this process, by whose code it was spent in; together 1. */
export interface Shares {
  readonly machine: number;
  readonly json: number;
  readonly store: number;
  readonly validation: number;
  readonly engine: number;
  readonly handler: number;
  readonly collector: number;
  readonly other: number;
}

/** Samples this process until the returned function is called. */
export async function startProfile(): Promise<() => Promise<Shares>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 500 });
  await session.post("Profiler.start");
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    return sharesOf(profile.nodes, profile.samples ?? []);
  };
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

/** Native code (JSON, SQLite, sockets) has no place of its own: it counts for the nearest caller that has one. */
function sharesOf(nodes: readonly ProfileNode[], samples: readonly number[]): Shares {
  const parents = new Map<number, number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const kinds = new Map<number, keyof Shares | "idle">();
  const kindOf = (id: number | undefined): keyof Shares | "idle" => {
    const node = id === undefined ? undefined : byId.get(id);
    if (node === undefined || id === undefined) return "other";
    const known = kinds.get(id);
    if (known !== undefined) return known;
    const kind = classify(node) ?? kindOf(parents.get(id));
    kinds.set(id, kind);
    return kind;
  };
  const counts: Record<keyof Shares, number> = {
    machine: 0,
    json: 0,
    store: 0,
    validation: 0,
    engine: 0,
    handler: 0,
    collector: 0,
    other: 0,
  };
  for (const sample of samples) {
    const kind = kindOf(sample);
    if (kind !== "idle") counts[kind]++;
  }
  const busy = Math.max(
    1,
    Object.values(counts).reduce((sum, count) => sum + count, 0),
  );
  for (const kind of Object.keys(counts) as (keyof Shares)[]) counts[kind] /= busy;
  return counts;
}

function classify({ callFrame: { functionName, url } }: ProfileNode): keyof Shares | "idle" | null {
  if (functionName === "(idle)") return "idle";
  if (functionName === "(garbage collector)") return "collector";
  if (functionName === "(program)") return "other";
  if (/\/xstate\/|\.machine\.ts$|engine\/(state|effects)\.ts$/.test(url)) return "machine";
  if (/engine\/(envelope|limits)\.ts$/.test(url)) return "json";
  if (/\/zod\/|\.validators\.ts$/.test(url)) return "validation";
  if (/runtime\/store\/|\/ioredis\/|\/redis-parser\/|\/denque\/|node:sqlite/.test(url)) return "store";
  if (/bench\/handlers\.ts$/.test(url)) return "handler";
  if (/runtime\/(engine|worker|client|ports|observe)\//.test(url)) return "engine";
  return null;
}
