import type { Validator, ValidatorIssue } from "../engine/definition.ts";

/**
 * A value that a validator takes, made by asking it what it misses: the smallest there is, texts named after their field. `undefined` where
 * there is no validator. Throws where the validator refuses all that is tried, which those that a build writes do not.
 */
export function sampleOf(validator: Validator | null | undefined): unknown {
  if (validator === null || validator === undefined) return undefined;
  let value: unknown;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const parsed = validator.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) value = withAt(value, issue.path, sampleFor(issue));
  }
  throw new TypeError("no sample of this type is found: say what is answered");
}

/** As zod tells of it; every part is there only in some issues. */
interface ToldIssue extends ValidatorIssue {
  readonly expected?: string;
  readonly format?: string;
  readonly values?: readonly unknown[];
  readonly minimum?: number | bigint;
}

function sampleFor(issue: ToldIssue): unknown {
  if (issue.values !== undefined) return issue.values[0];
  if (issue.format !== undefined && issue.format in FORMATS) return FORMATS[issue.format];
  if (issue.minimum !== undefined) return Number(issue.minimum);
  switch (issue.expected) {
    case "object":
    case "record":
      return {};
    case "array":
      return [];
    case "number":
    case "int":
      return 1;
    case "boolean":
      return true;
    case "string":
      return String(issue.path.findLast((part) => typeof part === "string") ?? "text");
    default:
      return null;
  }
}

const FORMATS: Readonly<Record<string, unknown>> = {
  uuid: "00000000-0000-4000-8000-000000000000",
  datetime: "2026-01-01T00:00:00Z",
  date: "2026-01-01",
  safeint: 1,
};

/** A copy with a part in its place. */
function withAt(value: unknown, path: readonly PropertyKey[], part: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return part;
  if (Array.isArray(value)) return value.map((item, at) => (at === first ? withAt(item, rest, part) : (item as unknown)));
  const object = value as Readonly<Record<PropertyKey, unknown>>;
  return { ...object, [first]: withAt(object[first], rest, part) };
}

const ROUNDS_MAX = 64;
