import { expect, it } from 'vitest';
import type { StoreReader } from '#store/contract.ts';
import { readPatterns, sampleOf } from './read.ts';

it('looks at so many lines and no more', () => {
  expect(sampleOf(1, 20_000)).toEqual({ pieces: 1, lines: 1 });
  expect(sampleOf(20_000, 20_000)).toEqual({ pieces: 1, lines: 1 });
  expect(sampleOf(1_000_000, 20_000)).toEqual({ pieces: 1, lines: 50 });
  expect(sampleOf(5_000_000, 20_000)).toEqual({ pieces: 5, lines: 50 });
});

it('lets each sampled line stand for as many as there are', async () => {
  const answers: unknown[][] = [
    [
      {
        stream_id: 1n,
        labels: new Map(),
        resource_attributes: new Map(),
        scope_attributes: new Map(),
      },
    ],
    [{ total: 80_000 }],
    [
      { slot: 3n, level: 'info', body: 'took 5ms' },
      { slot: 4n, level: 'info', body: 'took 7ms' },
    ],
  ];
  const reader: StoreReader = {
    blocks: async function* () {},
    rows: async <Row>() => answers.shift() as Row[],
  };
  const window = { tenant: '', fromNano: 0n, toNano: 100n };
  const found = await readPatterns({ reader, read: {}, linesMax: 20_000 }, window, [], 10n);
  expect(found).toMatchObject({ total: 80_000, looked: 2 });
  expect(found.patterns).toEqual([
    {
      pattern: 'took <_>',
      level: 'info',
      samples: [
        [3, 4],
        [4, 4],
      ],
      total: 8,
    },
  ]);
});
