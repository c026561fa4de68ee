import { defineConfig } from 'vitest/config';

// Soak tests: kills, floods and outages at full length. Outside CI, which runs their short form.
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    fileParallelism: false,
  },
});
