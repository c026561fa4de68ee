import { expect, it } from 'vitest';
import type { LogEntry } from '#query/logql/eval/read-lines.ts';
import { newStats } from '#query/logql/eval/stats.ts';
import { encodeBody, encodeResult } from './encode.ts';

const entry = (timeNano: bigint, stream: string, level?: string): LogEntry => ({
  timeNano,
  line: `line ${timeNano}`,
  stream: { app: stream },
  metadata: level === undefined ? {} : { level },
  parsed: {},
});

const resultOf = (entries: LogEntry[], categorizesLabels: boolean) =>
  (
    encodeResult(
      { kind: 'streams', entries, stats: newStats() },
      { categorizesLabels, execSeconds: 0 },
    ) as { data: { result: unknown } }
  ).data.result;

it('groups entries by all labels, streams sorted, entries in their order', () => {
  const entries = [entry(3n, 'b'), entry(2n, 'a', 'x'), entry(1n, 'b')];
  expect(resultOf(entries, false)).toEqual([
    { stream: { app: 'a', level: 'x' }, values: [['2', 'line 2']] },
    {
      stream: { app: 'b' },
      values: [
        ['3', 'line 3'],
        ['1', 'line 1'],
      ],
    },
  ]);
});

it('groups by stream labels alone when kinds are told apart', () => {
  expect(resultOf([entry(2n, 'a', 'x'), entry(1n, 'a')], true)).toEqual([
    {
      stream: { app: 'a' },
      values: [
        ['2', 'line 2', { structuredMetadata: { level: 'x' } }],
        ['1', 'line 1', {}],
      ],
    },
  ]);
});

it('writes points as seconds and text, gaps left out', () => {
  const series = [
    {
      labels: { a: 'b' },
      values: Float64Array.of(1, 0, Infinity),
      present: Uint8Array.of(1, 0, 1),
    },
    { labels: { none: 'here' }, values: Float64Array.of(0, 0, 0), present: Uint8Array.of(0, 0, 0) },
  ];
  const grid = { startNano: 1_500_000_000n, stepNano: 500_000_000n, count: 3 };
  const encoded = encodeResult(
    { kind: 'matrix', grid, series, stats: newStats() },
    { categorizesLabels: false, execSeconds: 1 },
  );
  expect(encoded).toMatchObject({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { a: 'b' },
          values: [
            [1.5, '1'],
            [2.5, '+Inf'],
          ],
        },
      ],
    },
  });
});

it('writes a matrix in pieces, the same as in one', async () => {
  const series = Array.from({ length: 300 }, (_, i) => ({
    labels: { a: `"result":[${i}` },
    values: new Float64Array(100).fill(i),
    present: new Uint8Array(100).fill(1),
  }));
  const grid = { startNano: 0n, stepNano: 1_000_000_000n, count: 100 };
  const result = { kind: 'matrix', grid, series, stats: newStats() } as const;
  const options = { categorizesLabels: true, execSeconds: 1 };
  const pieces: string[] = [];
  for await (const piece of encodeBody(result, options)) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(3);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
  expect(pieces.join('')).toBe(JSON.stringify(encodeResult(result, options)));
});
