import { defineConfig } from 'vitest/config';

// Fast tests: unit, golden, own conformance cases, tidy. The others have their own configurations.
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.{ts,tsx}',
      'tool/**/*.test.ts',
      'test/*.test.ts',
      'test/conformance/**/*.test.ts',
      'test/fuzz/**/*.fuzz.ts',
    ],
    testTimeout: 15_000,
  },
});
