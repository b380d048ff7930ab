import { expect, it } from "vitest";
import { until } from "../kit/until.ts";
import { BUSY, type FencePlace, inquire, type Side, take, takeInVain, type Use, undo } from "./kit.ts";

const USES: Readonly<Record<string, Use>> = {
  "a call": take(1, 1),
  "its next attempt": take(1, 2),
  "its delivery by the next worker": take(2, 1),
  "a call in vain": takeInVain(1, 1),
  "a call in vain by the next worker": takeInVain(2, 1),
  "an undo": undo,
  "an inquiry": inquire,
};
const NAMES = Object.keys(USES);
const PAIRS = NAMES.flatMap((held) => NAMES.map((other) => ({ held, other, after: "nothing" })));
/** A key of which there is a record already, so that adding one makes nobody wait. */
const KNOWN = ["a call", "an undo", "an inquiry"].flatMap((held) =>
  NAMES.map((other) => ({ held, other, after: "a call in vain" })),
);
const BEFORE: Use = takeInVain(0, 1);

/**
 * Two uses of one key, the first held before each of its statements in turn while the second goes as far as it can, and both ways round: what
 * they answer, what took place and what the next ones are told is as if one had come after the other.
 */
export function heldCases<Access>(place: () => FencePlace<Access>): void {
  it.each([...PAIRS, ...KNOWN])("$held, held at each statement, and $other, after $after", async ({ held, other, after }) => {
    const [first, second] = [useNamed(held), useNamed(other)];
    const before = after === "nothing" ? null : BEFORE;
    const inTurn = [await sequence(place(), before, [first, second]), await sequence(place(), before, [second, first], true)];
    let holds = 0;
    for (let at = 0; ; at++) {
      const together = await overlapped(place(), before, first, second, at);
      expect(inTurn, `held before statement ${at} (${together.statement})`).toContainEqual(together.told);
      if (together.statement === null) break;
      holds++;
    }
    expect(holds).toBeGreaterThanOrEqual(2);
  });
}

let keys = 0;

/** One after the other; `turned`: their answers are told the other way round, so that all can be compared. */
async function sequence<Access>(
  place: FencePlace<Access>,
  before: Use | null,
  uses: readonly [Use, Use],
  turned = false,
): Promise<Told> {
  const id = `order-${++keys}`;
  const side = await place.open();
  await before?.(side, id);
  const answers = [await uses[0](side, id), await uses[1](side, id)];
  return await toldOf(place, side, id, turned ? answers.reverse() : answers);
}

async function overlapped<Access>(place: FencePlace<Access>, before: Use | null, first: Use, second: Use, at: number) {
  const id = `order-${++keys}`;
  const other = await place.open();
  await before?.(other, id);
  let seen = 0;
  let statement: string | null = null;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let atOnce: Promise<string> | null = null;
  const held = await place.open((next) => {
    if (seen++ !== at) return undefined;
    statement = next;
    if (!place.holds) atOnce = second(other, id);
    return place.holds ? released : undefined;
  });
  let settled = false;
  const running = first(held, id).finally(() => {
    settled = true;
  });
  await until("the first is held, or done", () => settled || statement !== null);
  let answered = false;
  const answering = (atOnce ?? second(other, id)).finally(() => {
    answered = true;
  });
  await until("the second is done, or waits for the first", async () => answered || (await other.waits()));
  release();
  const answer = await running;
  const found = await answering;
  const last = found === BUSY ? await second(other, id) : found;
  const told = await toldOf(place, other, id, [answer, last]);
  await held.close();
  return { statement, told };
}

interface Told {
  readonly answers: readonly string[];
  readonly effects: readonly string[];
  /** Of an earlier worker's call, the next worker's, an inquiry and an undo that come after. */
  readonly after: readonly string[];
}

async function toldOf<Access>(
  place: FencePlace<Access>,
  side: Side<Access>,
  id: string,
  answers: readonly string[],
): Promise<Told> {
  const mine = async () =>
    (await place.effects()).filter((line) => line.endsWith(` ${id}`)).map((line) => line.replace(` ${id}`, ""));
  const effects = await mine();
  // Each thing at most once, and nothing given that was not taken.
  expect([[], ["take"], ["take", "give"]]).toContainEqual(effects);
  const after = [await take(0, 1)(side, id), await take(3, 1)(side, id), await inquire(side, id), await undo(side, id)];
  expect([[], ["take", "give"]]).toContainEqual(await mine());
  expect(await take(4, 1)(side, id)).toBe("refused: undone");
  await side.close();
  return { answers, effects, after };
}

function useNamed(name: string): Use {
  const use = USES[name];
  if (use === undefined) throw new Error(name);
  return use;
}
