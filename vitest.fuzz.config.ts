import { defineConfig } from 'vitest/config';

// The properties of the fast tests, with many more cases each.
export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.fuzz.ts'],
    setupFiles: ['test/lib/long-fuzz.ts'],
    testTimeout: 10 * 60_000,
    passWithNoTests: true,
  },
});
