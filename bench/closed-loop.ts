/** Runs `one` over and over, so many at a time, for so long; the time that each took, in milliseconds. */
export async function closedLoop(one: () => Promise<void>, inFlight: number, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const untilMs = performance.now() + forMs;
  const lane = async () => {
    while (performance.now() < untilMs) {
      const begunMs = performance.now();
      await one();
      times.push(performance.now() - begunMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return times;
}
