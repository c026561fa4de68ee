import { expect, test } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { CacheMemory } from './memory.ts';

const writes = { sequence: 0, earliestSince: () => Infinity };
const memoryOf = (bytesMax: number) => new CacheMemory({ bytesMax, writes, meter: createMeter() });

test('what nobody asked for the longest goes first', () => {
  const memory = memoryOf(1000);
  for (const key of ['a', 'b', 'c']) memory.keep(key, key, 300);
  expect(memory.find('a')).toBe('a');
  memory.keep('d', 'd', 300);
  expect(['a', 'b', 'c', 'd'].map((key) => memory.find(key))).toEqual(['a', undefined, 'c', 'd']);
  expect(memory.bytes).toBe(3 * 302);
});

test('an entry over half of the bytes is not kept, and what it replaces is gone', () => {
  const memory = memoryOf(1000);
  expect(memory.keep('a', 1, 400)).toBe(true);
  expect(memory.keep('a', 2, 501)).toBe(false);
  expect(memory.find('a')).toBeUndefined();
  expect(memory.bytes).toBe(0);
});
