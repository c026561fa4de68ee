import { expect, test } from 'vitest';
import { cacheCatalog } from './cached-catalog.ts';
import type { CatalogQuery, MetricCatalog } from './catalog.ts';

const unasked = (): never => {
  throw new Error('nobody asks for this');
};

function counting() {
  const state = { version: 0, reads: 0, copies: 1, onRead: (): void => {} };
  const list = async () => {
    state.reads++;
    state.onRead();
    const items = new Array<string>(state.copies).fill(String(state.reads));
    return { items, isTruncated: false };
  };
  const catalog: MetricCatalog = {
    labelNames: list,
    labelValues: list,
    series: unasked,
    metadata: unasked,
    exemplars: unasked,
    cardinality: unasked,
  };
  return { state, cached: cacheCatalog(catalog, () => state.version) };
}

const hour = 3_600_000;
const query: CatalogQuery = { tenant: '', startMs: 10 * hour, endMs: 11 * hour };

test('answers again what it knows, whatever the hour of the same days', async () => {
  const { state, cached } = counting();
  const first = await cached.labelValues('job', query);
  const later = { ...query, startMs: 12 * hour, endMs: 13 * hour };
  expect(await cached.labelValues('job', later)).toBe(first);
  expect(state.reads).toBe(1);
});

test('tells apart labels, tenants, selectors, days and limits', async () => {
  const { state, cached } = counting();
  await cached.labelNames(query);
  await cached.labelValues('job', query);
  await cached.labelValues('pod', query);
  await cached.labelValues('pod', { ...query, tenant: 'a' });
  await cached.labelValues('pod', { ...query, match: ['up'] });
  await cached.labelValues('pod', { ...query, endMs: 25 * hour });
  await cached.labelValues('pod', { ...query, limit: 1 });
  await cached.labelValues('pod', { tenant: '' });
  expect(state.reads).toBe(8);
});

test('reads anew when there may be other series, also when they came while it read', async () => {
  const { state, cached } = counting();
  await cached.labelNames(query);
  state.version++;
  state.onRead = () => state.version++;
  await cached.labelNames(query);
  state.onRead = () => {};
  expect((await cached.labelNames(query)).items).toEqual(['3']);
});

test('what fails is not remembered', async () => {
  const { state, cached } = counting();
  state.onRead = () => {
    throw new Error('down');
  };
  await expect(cached.labelNames(query)).rejects.toThrow('down');
  state.onRead = () => {};
  expect((await cached.labelNames(query)).items).toEqual(['2']);
});

test('holds no more than so many values of all answers together', async () => {
  const { state, cached } = counting();
  state.copies = 150_000;
  for (const label of ['a', 'b', 'a', 'c', 'a']) await cached.labelValues(label, query);
  expect(state.reads).toBe(3);
  await cached.labelValues('b', query);
  expect(state.reads).toBe(4);
  state.copies = 200_001;
  await cached.labelValues('large', query);
  await cached.labelValues('large', query);
  expect(state.reads).toBe(6);
});
