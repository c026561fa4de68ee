import { describe, expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { RawSeries } from '#query/vector/value.ts';
import { createPromqlEngine, type PromqlEngineOptions } from './engine.ts';
import type { SampleSource } from './read/source.ts';

const minute = 60_000;

function sourceOf(series: readonly RawSeries[]): SampleSource {
  return {
    pushDown: 'never',
    select: async (_, { budget }) => {
      budget.checkSeries(series.length);
      for (const { times } of series) budget.addSamples(times.length);
      return series;
    },
    run: async () => [],
  };
}

const one = (labels: Record<string, string>, ...values: number[]): RawSeries => ({
  labels,
  times: Float64Array.from(values.keys(), (i) => i * minute),
  values: Float64Array.from(values),
});

const series = [one({ __name__: 'm', a: '2' }, 1, 2, 3), one({ __name__: 'm', a: '1' }, 4, 5)];
const engineWith = (options: Partial<PromqlEngineOptions> = {}) =>
  createPromqlEngine({ source: sourceOf(series), ...options });
const range = { startMs: 0, endMs: 2 * minute, stepMs: minute, tenant: '' };

describe('results', () => {
  test('a range query is ordered by labels', async () => {
    const { series: found, grid } = await engineWith().range({ query: 'm', ...range });
    expect(grid).toEqual({ startMs: 0, stepMs: minute, count: 3 });
    expect(found.map(({ labels }) => labels.a)).toEqual(['1', '2']);
  });
  test('a scalar over a range is one series without labels', async () => {
    const { series: found } = await engineWith().range({ query: '1 + 1', ...range });
    expect(found).toEqual([
      { labels: {}, values: Float64Array.of(2, 2, 2), present: Uint8Array.of(1, 1, 1) },
    ]);
  });
  test('an instant query gives each type', async () => {
    const ask = async (query: string) =>
      (await engineWith().instant({ query, timeMs: minute, tenant: '' })).value;
    expect(await ask('m{a="2"} * 2')).toMatchObject({
      kind: 'vector',
      samples: [{ value: 4 }, { value: 10 }],
    });
    expect(await ask('time()')).toEqual({ kind: 'scalar', value: 60 });
    expect(await ask('"x"')).toEqual({ kind: 'string', value: 'x' });
    expect(await ask('m[1m]')).toMatchObject({ kind: 'matrix', series: [{}, {}] });
  });
  test('the step of subqueries that name none is asked for at each query', async () => {
    let stepMs = minute;
    const engine = engineWith({ subqueryStepMs: () => stepMs });
    const counted = async () => {
      const query = { query: 'count_over_time(m{a="2"}[2m:])', timeMs: 2 * minute, tenant: '' };
      const { value } = await engine.instant(query);
      return value.kind === 'vector' ? value.samples[0]?.value : undefined;
    };
    expect(await counted()).toBe(2);
    stepMs = minute / 4;
    expect(await counted()).toBe(8);
  });
  test('functions that make many series out of few pay for them', async () => {
    const buckets = ['1', '+Inf'].map((le) => one({ __name__: 'b', le, a: '1' }, 1, 2));
    const engine = engineWith({ source: sourceOf(buckets), limits: { samplesMax: 2000 } });
    const query = 'histogram_quantiles({le=~".+"}, "q", scalar(vector(time())) / 1000)';
    const asked = engine.range({ ...range, query, endMs: minute, stepMs: 600 });
    await expect(asked).rejects.toThrow('too many samples');
  });
  test('names that go only at the end may not leave two series alike', async () => {
    const alike = [one({ __name__: 'm', a: '1' }, 1), one({ __name__: 'n', a: '1' }, 2)];
    const engine = engineWith({ source: sourceOf(alike) });
    const query = { query: 'abs({__name__=~"m|n"})', tenant: '', timeMs: 0 };
    const why = 'vector cannot contain metrics with the same labelset';
    await expect(engine.instant(query)).rejects.toThrow(why);
    const { series: found } = await engineWith().range({ query: 'abs(m)', ...range });
    expect(found.map(({ labels }) => labels)).toEqual([{ a: '1' }, { a: '2' }]);
  });
  test('series by selectors come once, and sorted', async () => {
    const selectors = [[], []];
    const times = { fromMs: 0, toMs: 1 };
    const found = await engineWith().select({ tenant: '', selectors, ...times });
    expect(found.map(({ labels }) => labels.a)).toEqual(['1', '2']);
  });
  test('annotations say where', async () => {
    const { warnings } = await engineWith().instant({
      query: 'quantile(2, m)',
      timeMs: 0,
      tenant: '',
    });
    expect(warnings).toEqual([
      'PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)',
    ]);
  });
  test('the lookback can be set per query', async () => {
    const at = { query: 'm', timeMs: 4 * minute, tenant: '' };
    expect((await engineWith().instant({ ...at, lookbackMs: minute })).value).toMatchObject({
      samples: [],
    });
    expect((await engineWith({ lookbackMs: 3 * minute }).instant(at)).value).toMatchObject({
      samples: [{ value: 3 }],
    });
  });
});

describe('limits name their key', () => {
  const ask = (options: Partial<PromqlEngineOptions>, query = 'm') =>
    engineWith(options).range({ query, ...range });
  test('samples', () =>
    expect(ask({ limits: { samplesMax: 4 } })).rejects.toMatchObject({
      code: 'limit_samples',
      hint: expect.stringContaining('query.max_samples'),
    }));
  test('points that are made of samples', () =>
    expect(ask({ limits: { samplesMax: 10 } })).rejects.toMatchObject({ code: 'limit_samples' }));
  const tooMany = (query: string) =>
    test(query, () =>
      expect(ask({ limits: { samplesMax: 1_000 } }, query)).rejects.toMatchObject({
        code: 'limit_samples',
      }),
    );
  tooMany('max_over_time(vector(1)[1y:1ms])');
  tooMany('rate(m[1m]) + sum_over_time(m[1h:1s])');
  test('series of count_values', () =>
    expect(ask({ limits: { samplesMax: 20 } }, 'count_values("v", m)')).rejects.toMatchObject({
      code: 'limit_samples',
    }));
  test('series', () =>
    expect(ask({ limits: { seriesMax: 1 } })).rejects.toMatchObject({
      code: 'limit_series',
      hint: expect.stringContaining('query.max_series'),
    }));
  test('points', () =>
    expect(engineWith().range({ query: 'm', ...range, stepMs: 1 })).rejects.toMatchObject({
      code: 'limit_points',
    }));
  test('range queries of range vectors', () =>
    expect(ask({}, 'm[5m]')).rejects.toThrow('invalid expression type "range vector"'));
});

describe('time', () => {
  test('a query that takes too long ends', async () => {
    const clock = createManualClock(0);
    const source: SampleSource = {
      ...sourceOf(series),
      select: async () => {
        clock.advance(2_000);
        return series;
      },
    };
    const engine = createPromqlEngine({ source, clock, limits: { timeoutMs: 1_000 } });
    const query = engine.range({ query: 'm', ...range });
    await expect(query).rejects.toMatchObject({ code: 'query_timeout' });
    await expect(query).rejects.toThrow('query.timeout');
  });
  test('a query of a client that has gone ends', () =>
    expect(
      engineWith().range({ query: 'm', ...range, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'query_canceled' }));
});
