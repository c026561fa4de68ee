import { expect, test } from 'vitest';
import { moveBack, moveQuery, moveSection } from './move.ts';

test('fixed times move with the data', () => {
  expect(moveQuery('a @ 10 + b @ -1.5', 60_000)).toBe('a @ 70.000 + b @ 58.500');
  expect(moveQuery('a @ 2m offset 1m', 60_000)).toBe('a @ 180.000 offset 1m');
  expect(moveQuery('a @ start() + a @ end()', 60_000)).toBe('a @ start() + a @ end()');
  expect(moveQuery('time()', 0)).toBe('time()');
});

test('what tells the time does not', () => {
  for (const query of ['time()', 'timestamp(a)', 'hour()', 'ts_of_max_over_time(a[1m])', 'end()']) {
    expect(moveQuery(query, 1000), query).toBeUndefined();
  }
  expect(moveQuery('hour(a)', 1000)).toBe('hour(a)');
});

test('samples go there, and answers come back', () => {
  const samples = [{ timeMs: 5, startMs: 1, item: { kind: 'value', value: 1 } } as const];
  const { series } = moveSection({ series: [{ labels: {}, samples }], evals: [] }, 100);
  expect(series[0]?.samples[0]).toMatchObject({ timeMs: 105, startMs: 101 });
  const answered = { labels: {}, times: [105], points: [1] };
  const answer = { type: 'matrix', series: [answered], warnings: [], infos: [] } as const;
  expect(moveBack(answer, 100).series[0]?.times).toEqual([5]);
});
