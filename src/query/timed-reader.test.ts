import { expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { Select } from '#sql/tree.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import { timedReader } from './timed-reader.ts';

it('gives each read the time that is left, and fails without any', async () => {
  const clock = createManualClock(0);
  const asked: (ReadOptions | undefined)[] = [];
  const reader: Pick<StoreReader, 'rows'> = {
    rows: async (_select, options) => {
      asked.push(options);
      return [];
    },
  };
  const select = {} as Select;
  const timed = timedReader(reader as StoreReader, clock, 1000);
  await timed.rows(select);
  clock.advance(400);
  await timed.rows(select, { maxRows: 5 });
  await timed.rows(select, { timeoutMs: 10 });
  expect(asked).toEqual([{ timeoutMs: 1000 }, { timeoutMs: 600, maxRows: 5 }, { timeoutMs: 10 }]);
  clock.advance(600);
  await expect(timed.rows(select)).rejects.toMatchObject({ code: 'query_timeout' });
  expect(() => timed.blocks(select)).toThrow('query.timeout allows more');
});
