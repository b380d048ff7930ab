/** Made-up sources of a size, as people write them: services, types and errors in shared files, sagas that import them. */

/** `files` files of about `linesEach` lines each by path, and what each twentieth of them shares in a file of its own. No TypeScript imports. */
export function projectOf(files: number, linesEach: number): Record<string, string> {
  const texts: Record<string, string> = {};
  for (let at = 0; at < files; at += 1) {
    const shared = `shared/common-${at - (at % 20)}.saga`;
    texts[at % 20 === 0 ? shared : `flows/flow-${at}.saga`] =
      at % 20 === 0
        ? sharedFile(linesEach)
        : sagaFile(`Flow${at}`, Math.round((linesEach - 11) / LINES_OF_A_STEP), `../${shared}`);
  }
  return texts;
}

/** One file with a saga of that many steps. */
export function sagaOf(steps: number): string {
  return `${declarations()}\n${saga("Long", steps)}`;
}

const LINES_OF_A_STEP = 6;

function sharedFile(lines: number): string {
  const types = Array.from({ length: lines - 8 }, (_, at) => `type Part${at} = { sku: string, count: int }`);
  return `${declarations()}\n${types.join("\n")}\n`;
}

function sagaFile(name: string, steps: number, shared: string): string {
  return `import { Money, Refused, stock, Part1 } from "${shared}"\n\n${saga(name, steps)}`;
}

function declarations(): string {
  return `/// An amount in the smallest unit of its currency.
type Money = { amount: int, currency: string }
type Part = { sku: string, count: int }
error Refused { why: string }
service stock { idempotent for 7d }
`;
}

function saga(name: string, steps: number): string {
  const part = name === "Long" ? "Part" : "Part1";
  const body = Array.from(
    { length: steps },
    (_, at) => `  step take${at} on stock {
    input { input.id, input.price${at === 0 ? "" : `, before: take${at - 1}.receipt`} }
    output { receipt: string }
    ${at % 2 === 0 ? "throws Refused" : "retry 3 backoff 200ms..5s"}
    compensate giveBack${at} { input { input.id, take${at}.receipt } }
  }
`,
  );
  return `/// Takes one thing after the other, and gives all back when one is refused.
saga ${name} {
  timeout 3d
  input { id: uuid, price: Money, parts: ${part}[] }
${body.join("")}  output { last: take${steps - 1}.receipt }
}
`;
}
