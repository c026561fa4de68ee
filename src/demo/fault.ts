// What goes wrong in the demo, as a function of time, so that every view has something true to show
// at any moment, and something that changes while one looks.

const minuteMs = 60_000;

/** Share of database writes that fail: never quite none, rising to a quarter and falling again. */
export function writeErrorRate(elapsedMs: number): number {
  const wave = Math.sin((Math.PI * elapsedMs) / (3 * minuteMs)) ** 2;
  return 0.03 + 0.22 * wave;
}

/** How much slower than usual the warehouse answers: ten times for 20 s of every 90. */
export function warehouseSlowdown(elapsedMs: number): number {
  const inCycleMs = elapsedMs % (90 * 1000);
  return inCycleMs >= 10_000 && inCycleMs < 30_000 ? 10 : 1;
}
