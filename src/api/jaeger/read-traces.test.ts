import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import { type JaegerSources, spansMax } from './api.ts';
import { readByIds } from './read-traces.ts';

/** Traces with so many spans each by their ids. */
function sourcesOf(spansById: Readonly<Record<string, number>>, isStrict = false) {
  const asked: string[][] = [];
  const engine: JaegerSources['engine'] = {
    traces: async ({ traceIds }): Promise<FoundSpans[]> => {
      asked.push([...traceIds]);
      return traceIds.flatMap((traceId) => {
        const spans = spansById[traceId.replace(/^0+/, '')];
        return spans === undefined ? [] : [{ traceId, spans: new Array<StoredSpan>(spans) }];
      });
    },
  };
  const catalog = {} as JaegerSources['catalog'];
  const clock = createManualClock(0);
  return { asked, sources: { engine, catalog, clock, isStrict, maxClockSkewMs: 0 } };
}

describe('readByIds', () => {
  it('answers in the order of the ids, whatever their spelling', async () => {
    const { sources } = sourcesOf({ abc: 1, a: 2 });
    const found = await readByIds(sources, '', ['abc', 'fff', '0A', '10']);
    expect(found.map((trace) => trace?.spans.length)).toEqual([1, undefined, 2, 2]);
  });

  it('reads many ids in parts', async () => {
    const { sources, asked } = sourcesOf({});
    const ids = Array.from({ length: 450 }, (_, i) => `f${i.toString(16)}`);
    await readByIds(sources, '', ids);
    expect(asked.map((part) => part.length)).toEqual([200, 200, 50]);
  });

  it('refuses UUIDs and decimals where it is strict', async () => {
    const { sources } = sourcesOf({ a: 1 }, true);
    expect(await readByIds(sources, '', ['10'])).toEqual([undefined]);
    const uuid = '422d605e-e9fe-40e1-af6e-3125955a488c';
    await expect(readByIds(sources, '', [uuid])).rejects.toThrow("invalid character '-'");
  });

  it('answers one trace however large, of several only so many spans', async () => {
    const { sources } = sourcesOf({ a: spansMax + 1, b: 1 });
    expect(await readByIds(sources, '', ['a'])).toHaveLength(1);
    await expect(readByIds(sources, '', ['a', 'b'])).rejects.toThrow('lower the limit');
  });
});
