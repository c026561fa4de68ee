import { describe, expect, it } from 'vitest';
import type { Matcher } from '../syntax/ast.ts';
import { parseMatchers } from '../syntax/parser.ts';
import { type Chunk, shareOf, toChunk } from './chunk.ts';
import { type VolumeGrouping, VolumeSum } from './series.ts';
import { withTargets } from './volume.ts';

describe('a chunk', () => {
  const row = {
    stream_id: 1n,
    min_nano: 1_000_000_000n,
    max_nano: 11_000_000_000n,
    entries: 10,
    line_bytes: 4000,
    pairs: 10,
    symbol_bytes: 21,
  };
  const none = new Map<string, string>();

  it('has whole KiB of lines, pairs and texts', () => {
    // 4000 + 8 · 10 + 21 = 4101 bytes.
    expect(toChunk(row, none)).toEqual({
      streamId: 1n,
      minMs: 1000,
      maxMs: 11_000,
      entries: 10,
      kib: 4,
    });
  });

  it('counts metadata that all lines share', () => {
    // Another 8 · 10 pairs and 503 bytes make 4.57 KiB.
    expect(toChunk(row, new Map([['key', 'v'.repeat(500)]])).kib).toBe(5);
  });

  const chunk: Chunk = { streamId: 1n, minMs: 1000, maxMs: 11_000, entries: 10, kib: 5 };
  const cases: readonly (readonly [string, number, number, object | undefined])[] = [
    ['whole', 0, 12_000, { entries: 10, bytes: 5 * 1024 }],
    ['its first half', 0, 6000, { entries: 5, bytes: 2 * 1024 }],
    ['its last tenth', 10_000, 12_000, { entries: 1, bytes: 0 }],
    ['inside', 2000, 3000, { entries: 1, bytes: 0 }],
    ['its last moment', 11_000, 12_000, { entries: 0, bytes: 0 }],
    ['before', 0, 999, undefined],
    ['after', 11_001, 12_000, undefined],
  ];
  for (const [name, from, to, share] of cases) {
    it(`falls into a range: ${name}`, () => expect(shareOf(chunk, from, to)).toEqual(share));
  }

  it('of one moment falls into a range whole', () => {
    const moment = { ...chunk, maxMs: 1000 };
    expect(shareOf(moment, 1000, 1000)).toEqual({ entries: 10, bytes: 5 * 1024 });
  });
});

it('asks for streams with the target labels that the selector does not name', () => {
  const asked = withTargets(parseMatchers('{app="a", env!="x"}'), ['env', 'pod']);
  expect(asked.map(({ name, operator, value }) => name + operator + value)).toEqual([
    'app=a',
    'env!=x',
    'pod=~.+',
  ]);
});

describe('sums of volumes', () => {
  const streams: readonly (readonly [Record<string, string>, number])[] = [
    [{ app: 'a', env: 'x' }, 1],
    [{ app: 'b', env: 'x' }, 5],
    [{ app: 'a', env: 'y' }, 2],
    [{ job: 'z' }, 3],
  ];
  const sum = (grouping: Partial<VolumeGrouping>, selector: string) => {
    const matchers: readonly Matcher[] = parseMatchers(selector);
    const all = { aggregateBy: 'series', targetLabels: [], limit: 100, ...grouping } as const;
    const sums = new VolumeSum(all, matchers);
    for (const [labels, bytes] of streams) sums.add(new Map(Object.entries(labels)), bytes);
    return sums.take().map(({ labels, bytes }) => `${JSON.stringify(labels)} ${bytes}`);
  };
  const cases: readonly (readonly [string, Partial<VolumeGrouping>, string, string[]])[] = [
    ['by what the selector names', {}, '{app=~".+"}', ['{"app":"b"} 5', '{} 3', '{"app":"a"} 3']],
    [
      'by whole streams for {}',
      {},
      '{}',
      [
        '{"app":"b","env":"x"} 5',
        '{"job":"z"} 3',
        '{"app":"a","env":"y"} 2',
        '{"app":"a","env":"x"} 1',
      ],
    ],
    [
      'by target labels',
      { targetLabels: ['env'] },
      '{app="a"}',
      ['{"env":"x"} 6', '{} 3', '{"env":"y"} 2'],
    ],
    [
      'by names',
      { aggregateBy: 'labels' },
      '{app="a"}',
      ['{"app":""} 8', '{"env":""} 8', '{"job":""} 3'],
    ],
    [
      'by target names',
      { aggregateBy: 'labels', targetLabels: ['env', 'job'] },
      '{}',
      ['{"env":""} 8', '{"job":""} 3'],
    ],
    ['the largest', { limit: 1 }, '{app=~".+"}', ['{"app":"b"} 5']],
  ];
  for (const [name, grouping, selector, expected] of cases) {
    it(name, () => expect(sum(grouping, selector)).toEqual(expected));
  }
});
