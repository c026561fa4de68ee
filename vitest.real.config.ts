import { defineConfig } from 'vitest/config';

// The built program beside the real ones: Prometheus, promtool, node_exporter, Alertmanager.
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
