import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFile } from "../../compiler/ast/parse.ts";
import { resolveProgram } from "../../compiler/check/check.ts";
import { lower } from "../../compiler/plan/lower.ts";
import { success } from "../../compiler/source/source-set.ts";
import { diagnose } from "../../compiler/testing/expect-diagnostics.ts";

/** One cause, one report: a source with one word left out, doubled or replaced has one mistake, and one error is told of it. */

const PLACE_ORDER = readFileSync(new URL("../../sagas/place-order/place-order.saga", import.meta.url), "utf8");

/** What the order saga has not: a retry in a service, a branch, a list, expressions, a readonly step, `compensate none`. */
const BOOK_FLIGHT = `type Seat = { row: int, letter: "A" | "B", price: number? }

error SoldOut { left: int }

service airline { fenced  retry 4 backoff 1s..10s }
service bank { idempotent for 1h }

saga BookFlight {
  version 2
  timeout 1h
  input { bookingId: uuid, seat: Seat, guest: { name: string, tags: string[] } }

  readonly step findFlight on airline.search {
    input { input.seat.row }
    output { flight: string, gates: record<int> }
  }
  parallel {
    branch seats {
      step hold on airline {
        input { input.bookingId, findFlight.flight, input.seat }
        output { holdId: string }
        throws SoldOut
        compensate release { input { hold.holdId } timeout 2s }
      }
    }
    step greet {
      input { to: input.guest.name, words: ["x", "y"] }
      compensate none because "a greeting does no harm"
    }
  }
  pivot step charge on bank {
    input { input.bookingId, amount: input.seat.price ?? 10 + 5, note: "seat \${input.seat.letter}" }
    inquire lookUp { input { input.bookingId } }
  }
  output { hold.holdId }
}
`;

const JUNK = "zzz";

type Change = "without" | "doubled" | "junk";

interface Mutant {
  /** ``line 26 without `:` `` */
  readonly name: string;
  readonly change: Change;
  readonly word: string;
  readonly text: string;
}

const WORDS = /\/\/[^\n]*|"[^"\n]*"|[A-Za-z_]\w*|\d\w*|\.\.|\?\?|\S/g;

/** Every word and sign but comments, left out, written twice, and replaced by a word that means nothing. */
function mutantsOf(source: string): readonly Mutant[] {
  const words = [...source.matchAll(WORDS)].filter(([word]) => !word.startsWith("//"));
  return words.flatMap(({ 0: word, index }) => {
    const line = source.slice(0, index).split("\n").length;
    const put = (change: Change, instead: string): Mutant => ({
      name: `line ${line} ${change} \`${word}\``,
      change,
      word,
      text: `${source.slice(0, index)} ${instead} ${source.slice(index + word.length)}`,
    });
    return [put("without", ""), put("doubled", `${word} ${word}`), put("junk", JUNK)];
  });
}

/** The codes of the errors, and where they stand. */
function errorsOf(text: string) {
  return diagnose(text).filter(({ severity }) => severity === "error");
}

/** Two mistakes in one change: when one of the two is put right, the other is still there. */
const TWO_MISTAKES: readonly { readonly why: string; readonly is: (mutant: Mutant, codes: readonly string[]) => boolean }[] = [
  {
    why: "a brace is missing, and a word stands there that means nothing: to write the brace does not remove the word",
    is: ({ change, word }, codes) =>
      change === "junk" && (word === "{" || word === "}") && codes.length === 2 && codes.some((code) => BRACES.includes(code)),
  },
  {
    why: "without a pivot each of the two steps behind it lacks a compensation of its own",
    is: ({ change, word }, codes) => change === "without" && word === "pivot" && codes.join(" ") === "SAGA4003 SAGA4003",
  },
];

/** A brace that is missing, that is never closed, that closes nothing. */
const BRACES = ["SAGA1001", "SAGA1002", "SAGA1003"];

/** What is told more than once, with its codes; what makes two mistakes is left out. */
function toldTwice(mutants: readonly Mutant[]): readonly string[] {
  return mutants.flatMap((mutant) => {
    const codes = errorsOf(mutant.text).map(({ code }) => code);
    if (codes.length <= 1 || TWO_MISTAKES.some(({ is }) => is(mutant, codes))) return [];
    return [`${mutant.name}: ${codes.join(" ")}`];
  });
}

describe("one word changed", () => {
  const all = { placeOrder: mutantsOf(PLACE_ORDER), bookFlight: mutantsOf(BOOK_FLIGHT) };

  it("gives one error at most: the order saga, in all cases", () => {
    expect(all.placeOrder).toHaveLength(1008);
    expect(toldTwice(all.placeOrder)).toEqual([]);
  });

  it("gives one error at most: a saga with what the order saga has not, but for these", () => {
    expect(all.bookFlight).toHaveLength(672);
    // The parser loses its way in a list without its bracket or with a comma too many, and says so again behind the next comma.
    expect(toldTwice(all.bookFlight)).toEqual([
      "line 27 doubled `,`: SAGA1012 SAGA1001",
      "line 27 without `words`: SAGA1012 SAGA1001",
      "line 27 without `:`: SAGA1008 SAGA1001",
      "line 27 doubled `:`: SAGA1001 SAGA1001",
      "line 27 junk `:`: SAGA1008 SAGA1001",
      "line 27 junk `[`: SAGA2001 SAGA1001 SAGA1001",
      'line 27 without `"x"`: SAGA3003 SAGA1001',
      'line 27 doubled `"x"`: SAGA1001 SAGA1001',
      "line 27 doubled `,`: SAGA1001 SAGA1001",
    ]);
  });

  it("of what makes two mistakes no more than two are told, and it is rare", () => {
    const two = [...all.placeOrder, ...all.bookFlight].filter((mutant) => {
      const codes = errorsOf(mutant.text).map(({ code }) => code);
      return codes.length > 1 && TWO_MISTAKES.some(({ is }) => is(mutant, codes));
    });
    expect(two).toHaveLength(41);
  });

  it.each([
    ["the order saga", PLACE_ORDER, 72],
    ["a saga with the rest of the language", BOOK_FLIGHT, 42],
  ])("and none where it is a program all the same, which has a plan: %s", (_, source, count) => {
    const legal = mutantsOf(source).filter(({ text }) => errorsOf(text).length === 0);
    for (const { text } of legal) {
      const read = success("test.saga", text);
      const file = read.ok ? read.file : null;
      expect(lower(resolveProgram([parseFile(text, "test.saga").file]), { source: () => file })).toHaveLength(1);
    }
    // Between fields and entries a comma may be left out; between the items of a list it may not.
    const commas = mutantsOf(source).filter(({ change, word }) => change === "without" && word === ",");
    const optional = commas.filter(({ text }) => !text.includes('"x" '));
    expect(optional.filter(({ text }) => errorsOf(text).length > 0).map(({ name }) => name)).toEqual([]);
    expect(legal).toHaveLength(count);
  });
});
