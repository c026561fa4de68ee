// Metrics queries on the real engine: what the engine groups is what evaluation adds up, and both are
// what the spans say; every span counts once however often it was sent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributeText } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { TraceqlEngine, TraceqlOptions } from '#query/traceql/engine.ts';
import { hexOf } from '#query/traceql/eval/span-rows.ts';
import type { MetricsAnswer, MetricsRequest } from '#query/traceql/metrics/answer.ts';
import { startTraceqlStore, writeSpans } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(200);
const hourNano = 3_600_000_000_000n;
const stepNano = 600_000_000_000n;
const toNano = dataStartNano + BigInt(dataHours) * hourNano;
const everything: Omit<MetricsRequest, 'query'> = {
  tenant: '',
  fromNano: dataStartNano,
  toNano,
  stepNano,
};

let stop: () => Promise<void>;
let auto: TraceqlEngine;
let never: TraceqlEngine;
let always: TraceqlEngine;
let strict: TraceqlEngine;
let start: (options: Partial<TraceqlOptions>) => TraceqlEngine;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(toNano / 1_000_000n));
  // A retry whose acknowledgement was lost: everything once more.
  await writeSpans(started.store, spans);
  start = started.engine;
  auto = start({});
  never = start({ pushDown: 'never' });
  always = start({ pushDown: 'always' });
  strict = start({ isStrict: true });
  stop = started.stop;
});
afterAll(() => stop?.());

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v));

/** Values of the only series that has these labels' values. */
function valuesOf(answer: MetricsAnswer, ...wanted: readonly unknown[]): number[] {
  const found = answer.series.filter(
    ({ labels }) =>
      textOf(labels.map(({ value }) => ('value' in value ? value.value : 'nil'))) ===
      textOf(wanted),
  );
  expect(found).toHaveLength(1);
  return found[0]?.samples.map(({ value }) => value) ?? [];
}

/** Of the intervals that end at the start of the data, a step later, and so on. */
function countBy(matches: (span: StoredSpan) => boolean): number[] {
  const counts = Array.from({ length: dataHours * 6 + 1 }, () => 0);
  for (const span of spans) {
    if (!matches(span)) continue;
    const at = Number((span.startUnixNano - dataStartNano - 1n + stepNano) / stepNano);
    if (at < counts.length) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

const serviceOf = ({ origin }: StoredSpan): string =>
  origin.resourceAttributes.get('service.name') ?? '';

const pushed = [
  '{ } | rate()',
  '{ status = error } | rate() by (resource.service.name)',
  '{ } | count_over_time() by (kind, status, name)',
  '{ span.flag } | count_over_time() by (span.user)',
  '{ span.size > 3 } | rate() by (span.size)',
  '{ } | min_over_time(duration) by (name)',
  '{ } | max_over_time(duration)',
  '{ } | avg_over_time(span.size) by (resource.service.name)',
  '{ } | sum_over_time(span.size)',
  '{ } | quantile_over_time(duration, 0, 0.5, 0.99, 1) by (resource.service.name)',
  '{ } | histogram_over_time(duration) by (kind)',
  '{ } | histogram_over_time(span.size)',
  '{ nestedSetParent < 0 } | count_over_time()',
  '{ name = "nothing" } | count_over_time()',
  '{ } | compare({ status = error }, 3)',
  '{ } | compare({ status = error }, 500)',
  '{ kind = server } | compare({ span.user = "ann" && resource.service.name = "shop" }, 2)',
  `{ } | compare({ status = error }, 4, ${dataStartNano + hourNano}, ${dataStartNano + 2n * hourNano})`,
  '{ name = "nothing" } | compare({ })',
];
const evaluated = [
  '{ } | count_over_time() by (rootName)',
  '{ rootServiceName = "shop" } | rate()',
  '{ } | max_over_time(traceDuration)',
  '{ kind = server } > { } | count_over_time() by (name)',
  '{ status = error } && { status = ok } | count_over_time()',
  '{ } | by(resource.service.name) | count() > 1 | count_over_time()',
  '{ span.size = span.numbers } | count_over_time()',
  '{ kind = server && span.user = nil } | compare({ rootName = "query" }, 500)',
  '{ } | compare({ traceDuration > 500ms }, 500)',
  '{ rootName = "GET /" && span.flag } | rate() by (rootServiceName, span.user)',
  '{ event:name = "retry" } | max_over_time(event:timeSinceStart) by (event:name)',
];

const hasSeries = [...pushed, ...evaluated].filter(
  (query) => !query.includes('"nothing" } | compare'),
);

describe('both paths agree', () => {
  const agree = (query: string) =>
    it(query, async () => {
      const request = { ...everything, query };
      for (const kind of ['metricsRange', 'metricsInstant'] as const) {
        const [fast, slow] = await Promise.all([auto[kind](request), never[kind](request)]);
        expect([fast.isPushed, slow.isPushed]).toEqual([pushed.includes(query), false]);
        expect(fast.series.length).toBe(slow.series.length);
        for (const [i, { labels, samples, exemplars }] of fast.series.entries()) {
          const other = slow.series[i];
          expect(labels).toEqual(other?.labels);
          expect(samples.map(({ timeMs }) => timeMs)).toEqual(
            other?.samples.map(({ timeMs }) => timeMs),
          );
          samples.forEach(({ value }, at) => {
            expect(value).toBeCloseTo(other?.samples[at]?.value ?? Number.NaN, 9);
          });
          expect(exemplars).toEqual(other?.exemplars);
        }
      }
    });
  [...pushed, ...evaluated].forEach(agree);
  it('has series', async () => {
    const counts = await Promise.all(
      hasSeries.map((query) => auto.metricsRange({ ...everything, query })),
    );
    for (const { series } of counts) expect(series.length).toBeGreaterThan(0);
  });
});

describe('numbers', () => {
  it('count every span once, in the interval of its start', async () => {
    const answer = await auto.metricsRange({ ...everything, query: '{ } | count_over_time()' });
    expect(valuesOf(answer, 'count_over_time')).toEqual(countBy(() => true));
    const times = answer.series[0]?.samples.map(({ timeMs }) => timeMs) ?? [];
    expect(times[0]).toBe(Number(dataStartNano / 1_000_000n));
    expect(times.at(-1)).toBe(Number(toNano / 1_000_000n));
  });

  it('count by service', async () => {
    const query = '{ status = error } | count_over_time() by (resource.service.name)';
    const answer = await auto.metricsRange({ ...everything, query });
    for (const service of new Set(spans.map(serviceOf))) {
      const isCounted = (span: StoredSpan) => serviceOf(span) === service && span.statusCode === 2;
      expect(valuesOf(answer, service)).toEqual(countBy(isCounted));
    }
  });

  it('of the whole time', async () => {
    const query = '{ span.size != nil } | sum_over_time(span.size)';
    const answer = await auto.metricsInstant({ ...everything, query });
    const sum = spans
      .map(({ attributes }) => attributes.get('size') ?? '')
      .filter((stored) => stored.startsWith('\x02') || stored.startsWith('\x03'))
      .reduce((total, stored) => total + Number(attributeText(stored)), 0);
    expect(valuesOf(answer, 'sum_over_time')[0]).toBeCloseTo(sum, 6);
  });

  it('of a part of the time, whole traces around it', async () => {
    const query = '{ kind = server } >> { } | count_over_time()';
    const from = dataStartNano + hourNano;
    const part = { ...everything, fromNano: from, toNano: from + hourNano, query };
    const [inside, whole] = await Promise.all([
      auto.metricsRange(part),
      auto.metricsRange({ ...everything, query }),
    ]);
    const values = valuesOf(whole, 'count_over_time');
    expect(valuesOf(inside, 'count_over_time')).toEqual(values.slice(6, 13));
  });

  it('between queries', async () => {
    const query = '100 * ({ status = error } | count_over_time()) / ({ } | count_over_time()) > 0';
    const answer = await auto.metricsInstant({ ...everything, query });
    const errors = spans.filter(({ statusCode }) => statusCode === 2).length;
    expect(answer.series[0]?.samples[0]?.value).toBeCloseTo((100 * errors) / spans.length, 9);
    expect(answer.isPushed).toBe(true);
  });
});

describe('exemplars', () => {
  const query = '{ } | max_over_time(duration) by (resource.service.name)';

  it('are spans that counted, of every series, with the way to their trace', async () => {
    const { series } = await auto.metricsRange({ ...everything, query });
    const byId = new Map(spans.map((span) => [hexOf(span.spanId), span]));
    const all = series.flatMap(({ exemplars, labels }) =>
      exemplars.map((exemplar) => ({ exemplar, service: labels[0]?.value })),
    );
    expect(all.length).toBeGreaterThan(40);
    expect(all.length).toBeLessThanOrEqual(100);
    for (const { exemplar, service } of all) {
      const labels = new Map(exemplar.labels.map(({ name, value }) => [name, value]));
      const id = labels.get('span:id');
      const span = byId.get(id?.type === 'string' ? id.value : '') as StoredSpan;
      const trace = hexOf(span.traceId).replace(/^0+/, '');
      expect(labels.get('trace:id')).toEqual({ type: 'string', value: trace });
      expect(service).toEqual({ type: 'string', value: serviceOf(span) });
      expect(exemplar.value).toBeCloseTo(Number(span.durationNano) / 1e9, 9);
      expect(exemplar.timeMs).toBe(Number(span.startUnixNano / 1_000_000n));
    }
  });

  it('are as many as asked for', async () => {
    const countOf = async (request: Partial<MetricsRequest>) => {
      const { series } = await auto.metricsRange({ ...everything, query, ...request });
      return series.flatMap(({ exemplars }) => exemplars).length;
    };
    expect(await countOf({ exemplars: 0 })).toBe(0);
    expect(await countOf({ exemplars: 7 })).toBe(7);
    expect(await countOf({ query: `${query} with (exemplars=5)` })).toBe(5);
    expect(await countOf({ query: `${query} with (exemplars=false)` })).toBe(0);
    expect(
      await countOf({ query: `${query} with (sample=true, most_recent=true)` }),
    ).toBeGreaterThan(40);
  });

  it('of a count have the value of their series', async () => {
    const { series } = await auto.metricsRange({ ...everything, query: '{ } | count_over_time()' });
    const values = new Set(series[0]?.samples.map(({ value }) => value));
    const exemplars = series[0]?.exemplars ?? [];
    expect(exemplars.length).toBeGreaterThan(40);
    for (const { value } of exemplars) expect(values).toContain(value);
  });
});

describe('what is refused', () => {
  const refuses = (
    what: string,
    engine: () => TraceqlEngine,
    request: Partial<MetricsRequest>,
    expected: { code: string; message?: string },
  ) =>
    it(what, async () => {
      const query = '{ } | rate()';
      const asked = engine().metricsRange({ ...everything, query, ...request });
      await expect(asked).rejects.toMatchObject(expected);
    });
  const any = () => auto;
  refuses(
    'a search',
    any,
    { query: '{ }' },
    { code: 'traceql_type', message: 'not a metrics query' },
  );
  refuses('no query', any, { query: '' }, { code: 'traceql_parse' });
  refuses(
    'a step that is too small',
    any,
    { stepNano: 1_000_000n },
    {
      code: 'traceql_range',
      message: 'step of 0.001s is too small, minimum step for given range is 1.08s',
    },
  );
  refuses('a step of 0', any, { stepNano: 0n }, { code: 'traceql_range' });
  refuses('an end before the start', any, { toNano: 1n }, { code: 'traceql_range' });
  refuses(
    'more than a day, if strict',
    () => strict,
    { fromNano: toNano - 25n * hourNano },
    {
      code: 'traceql_range',
    },
  );
  refuses(
    'arithmetic, if strict',
    () => strict,
    { query: '({ } | rate()) * 2' },
    {
      code: 'traceql_unsupported',
    },
  );
  refuses(
    'six groups, if strict',
    () => strict,
    {
      query: '{ } | rate() by (.a, .b, .c, .d, .e, .f)',
    },
    { code: 'traceql_unsupported' },
  );
  refuses(
    'what is not pushed, if always',
    () => always,
    { query: '{ } | rate() by (rootName)' },
    {
      code: 'traceql_not_pushed',
    },
  );
  refuses(
    'too many whole traces',
    () => start({ limits: { tracesMax: 50 } }),
    {
      query: '{ } | max_over_time(traceDuration)',
    },
    { code: 'traceql_limit_traces' },
  );

  refuses(
    'too many series',
    () => start({ limits: { seriesMax: 3 } }),
    { query: '{ } | rate() by (resource.service.name)' },
    {
      code: 'traceql_limit_series',
      message: 'cannot answer: there are more than 3 series; the limit is query.traceql.max_series',
    },
  );
  refuses(
    'too many values',
    any,
    { query: '{ } | rate() by (span:id)', stepNano: 2_000_000_000n },
    { code: 'traceql_limit_series' },
  );

  it('nothing that the engine makes alone, if always', async () => {
    const answer = await always.metricsRange({ ...everything, query: '{ } | rate()' });
    expect(answer.isPushed).toBe(true);
  });

  it('nobody who has gone away', async () => {
    for (const engine of [auto, never]) {
      const asked = engine.metricsRange(
        { ...everything, query: '{ } | rate()' },
        AbortSignal.abort(),
      );
      await expect(asked).rejects.toMatchObject({ code: 'query_canceled' });
    }
  });

  it('a tenant sees only its own', async () => {
    const answer = await auto.metricsInstant({
      ...everything,
      tenant: 'other',
      query: '{ } | count_over_time()',
    });
    expect(valuesOf(answer, 'count_over_time')).toEqual([0]);
  });
});
