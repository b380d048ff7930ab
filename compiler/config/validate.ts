import { z } from "zod";
import { didYouMean, listNames } from "../diagnostics/suggest.ts";
import type { ConfigTarget, SagaConfig } from "./config.ts";

const TARGET = z.strictObject({
  name: z.string().regex(/^[\w-]{1,60}$/, "must be a short name of letters, digits, `-` and `_`"),
  emit: z.custom<ConfigTarget["emit"]>((value) => typeof value === "function", "must be a function"),
});

const CONFIG = z.strictObject({
  $schema: z.string().optional(),
  sources: z.array(z.string().min(1)).min(1).optional(),
  outDir: z.string().min(1).optional(),
  importExtension: z.enum([".ts", ".js", "none"]).optional(),
  steps: z.boolean().optional(),
  tests: z.boolean().optional(),
  targets: z.array(TARGET).optional(),
});

export type ValidConfig =
  | { readonly ok: true; readonly config: SagaConfig }
  | { readonly ok: false; readonly why: string; readonly help: string };

/** Holds what a file exports against what a configuration may say. Tells the first thing that is wrong. */
export function validateConfig(value: unknown): ValidConfig {
  const result = CONFIG.safeParse(value);
  if (result.success) return { ok: true, config: withoutUndefined(result.data) };
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : `\`${issue.path.map(String).join(".")}\` `;
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const known = issue.path[0] === "targets" ? Object.keys(TARGET.shape) : KEYS;
    return {
      ok: false,
      why: `${place}has no \`${key}\``.replace(/^has/, "it has"),
      help: didYouMean(key, known) ?? `There are: ${listNames(known)}.`,
    };
  }
  return { ok: false, why: `${place || "it "}${lower(issue?.message ?? "is wrong")}`, help: `There are: ${listNames(KEYS)}.` };
}

const KEYS = Object.keys(CONFIG.shape).filter((key) => key !== "$schema");

function lower(message: string): string {
  return message.replace(/^Invalid/, "is invalid").replace(/^Too small/, "is too small");
}

function withoutUndefined(config: z.infer<typeof CONFIG>): SagaConfig {
  const { $schema: _schema, ...rest } = config;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}
