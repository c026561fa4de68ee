// What a source of files does unless it is told otherwise; Promtail and Alloy agree on it.
import type { FileSource } from '#pipeline/log/collection-config.ts';

export const fileDefaults = {
  encoding: undefined,
  decompression: 'none',
  tailsFromEnd: false,
  syncPeriodMs: 10_000,
  pollMs: 250,
  ignoresOlderThanMs: 0,
  lineBytesMax: 2 ** 20,
} as const satisfies Partial<FileSource>;
