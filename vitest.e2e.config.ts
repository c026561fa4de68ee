import { defineConfig } from 'vitest/config';

// End to end: the built program as a child process, clients of other makers, a real browser.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
