import { defineConfig } from 'vitest/config';

// Integration and contract tests: the real engine, real sockets. One file at a time: each starts engines.
export default defineConfig({
  test: {
    include: ['test/integration/**/*.test.ts', 'test/contract/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
