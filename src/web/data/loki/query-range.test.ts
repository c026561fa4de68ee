import { describe, expect, it } from 'vitest';
import { toNano, toRows } from './query-range.ts';

describe('toRows', () => {
  const rows = toRows([
    {
      stream: { service_name: 'a' },
      values: [
        ['1700000000000000002', 'second', { structuredMetadata: { detected_level: 'warn' } }],
        ['1700000000000000001', 'first'],
      ],
    },
    { stream: { service_name: 'b', level: 'ERROR' }, values: [['1700000000000000003', 'third']] },
  ]);
  it('puts the lines of all streams in order, newest first, to the nanosecond', () =>
    expect(rows.map(({ line }) => line)).toEqual(['third', 'second', 'first']));
  it('finds levels in metadata and in labels', () =>
    expect(rows.map(({ level }) => level)).toEqual(['error', 'warn', 'unknown']));
  it('gives the same line the same id in another answer', () =>
    expect(
      toRows([{ stream: { service_name: 'a' }, values: [['1700000000000000001', 'first']] }])[0]
        ?.id,
    ).toBe(rows[2]?.id));
  it('tells equal lines of one answer apart', () => {
    const twice = toRows([
      {
        stream: {},
        values: [
          ['1', 'x'],
          ['1', 'x'],
        ],
      },
    ]);
    expect(new Set(twice.map(({ id }) => id)).size).toBe(2);
  });
});

describe('toNano', () => {
  it('takes whole milliseconds', () =>
    expect(toNano(1_700_000_000_000)).toBe(1_700_000_000_000_000_000n));
});
