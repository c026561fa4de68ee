// Seeded chance for the demo: the same seed makes the same customers and orders.

export interface Dice {
  /** At least 0, below 1. */
  roll(): number;
  /** One of `items`, each as likely as the others. */
  pick<T>(items: readonly T[]): T;
  /** Milliseconds around `medianMs` with the long tail that real latencies have. */
  latencyMs(medianMs: number): number;
}

/** The mulberry32 generator. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    pick: (items) => items[Math.floor(roll() * items.length)] as (typeof items)[number],
    // Log-normal with sigma 0.5: p99 is about three times the median.
    latencyMs: (medianMs) => {
      const gauss = Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
      return medianMs * Math.exp(0.5 * gauss);
    },
  };
}
