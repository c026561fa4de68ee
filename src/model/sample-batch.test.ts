import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { rowsOf } from '../../test/lib/columns.ts';
import type { Pairs } from './canonical.ts';
import { IdentityCache } from './identity.ts';
import { seriesIdBytes } from './origin.ts';
import { SampleBatchBuilder } from './sample-batch.ts';

const hourMs = 3_600_000;
const nowMs = 480_000 * hourMs;
const labels: Pairs = [
  ['__name__', 'up'],
  ['instance', 'a:1'],
  ['job', 'ä'],
];

function setUp(tenant = '', identities = new IdentityCache()) {
  const clock = createManualClock(nowMs);
  return { identities, builder: new SampleBatchBuilder({ tenant, identities, clock }) };
}

describe('samples', () => {
  it('of one series and hour lie in one row', () => {
    const { builder } = setUp('t');
    const series = builder.series(labels, { type: 'gauge', unit: 'seconds' });
    builder.number(series, nowMs, 1.5);
    builder.stale(series, nowMs + 1);
    builder.number(series, nowMs + hourMs, 2, nowMs);
    const batch = builder.build();
    expect(batch).toMatchObject({ signal: 'metrics', tenant: 't', items: 3 });
    const id = seriesIdBytes('up', labels.slice(1)).hash();
    expect(rowsOf(batch, 'otel_samples')).toEqual([
      {
        bucket: 480_000,
        name: 'up',
        series_id: id,
        time: [nowMs, nowMs + 1],
        value: [1.5, Number.NaN],
        has_stale: 1,
      },
      {
        bucket: 480_001,
        name: 'up',
        series_id: id,
        time: [nowMs + hourMs],
        value: [2],
        has_stale: 0,
      },
    ]);
    expect(rowsOf(batch, 'otel_sample_starts')).toEqual([
      {
        bucket: 480_001,
        name: 'up',
        series_id: id,
        time: [nowMs + hourMs],
        start_time: [nowMs],
      },
    ]);
    expect(rowsOf(batch, 'otel_series')).toEqual([
      {
        day: 20_000,
        name: 'up',
        series_id: id,
        labels: { instance: 'a:1', job: 'ä' },
        otel_name: '',
        type: 'gauge',
        unit: 'seconds',
        temporality: 0,
      },
    ]);
  });

  it('keep the bits of a stale marker', () => {
    const { builder } = setUp();
    builder.stale(builder.series(labels), nowMs);
    const [samples] = builder.build().rows;
    const value = samples?.columns.value;
    if (value?.kind !== 'array' || value.elements[0]?.kind !== 'fixed') throw new Error('array');
    expect([...value.elements[0].data.view()]).toEqual([2, 0, 0, 0, 0, 0, 0xf0, 0x7f]);
  });

  it('of another series begin another row', () => {
    const { builder } = setUp();
    const [a, b] = [builder.series(labels), builder.series([['__name__', 'down']])];
    for (const series of [a, a, b, a]) builder.number(series, nowMs, 1);
    const rows = rowsOf(builder.build(), 'otel_samples');
    expect(rows.map(({ name, time }) => [name, (time as number[]).length])).toEqual([
      ['up', 2],
      ['down', 1],
      ['up', 1],
    ]);
  });
});

describe('series', () => {
  it('are sent once a day, until their batch is committed with every batch', () => {
    const { builder, identities } = setUp();
    const series = builder.series(labels);
    builder.number(series, nowMs, 1);
    builder.number(builder.series(labels), nowMs, 1);
    const first = builder.build();
    expect(rowsOf(first, 'otel_series')).toHaveLength(1);

    const second = setUp('', identities).builder;
    second.number(series, nowMs, 1);
    expect(rowsOf(second.build(), 'otel_series')).toHaveLength(1);

    first.committed?.();
    const third = setUp('', identities).builder;
    third.number(series, nowMs, 1);
    third.number(third.series(labels), nowMs, 2);
    expect(rowsOf(third.build(), 'otel_series')).toEqual([]);
    const next = setUp('', identities).builder;
    next.number(series, nowMs + 24 * hourMs, 1);
    expect(rowsOf(next.build(), 'otel_series')).toHaveLength(1);
  });

  it('that are kept hold no batch', () => {
    const { builder } = setUp();
    const series = builder.series(labels);
    builder.number(series, nowMs, 1);
    expect(Object.values(series)).not.toContain(builder);
  });

  it('are told apart by tenant', () => {
    const { builder, identities } = setUp('a');
    builder.number(builder.series(labels), nowMs, 1);
    builder.build().committed?.();
    const other = setUp('b', identities).builder;
    other.number(other.series(labels), nowMs, 1);
    expect(rowsOf(other.build(), 'otel_series')).toHaveLength(1);
  });
});

it('histograms keep spans, bounds and their hint', () => {
  const { builder } = setUp();
  builder.histogram(
    builder.series(labels),
    nowMs,
    {
      schema: -53,
      count: 3.5,
      sum: 7,
      zeroThreshold: 0,
      zeroCount: 0,
      positiveSpans: Int32Array.of(0, 1, 2, 1),
      positiveCounts: Float64Array.of(1, 2.5),
      negativeSpans: new Int32Array(0),
      negativeCounts: new Float64Array(0),
      customBounds: Float64Array.of(1, 2, 3),
      counterReset: 3,
    },
    nowMs - 5,
  );
  const batch = builder.build();
  expect(batch.items).toBe(1);
  expect(rowsOf(batch, 'otel_histograms')).toMatchObject([
    {
      name: 'up',
      time: nowMs,
      start_time: nowMs - 5,
      count: 3.5,
      sum: 7,
      scale: -53,
      positive_spans: [0, 1, 2, 1],
      positive_counts: [1, 2.5],
      negative_spans: [],
      negative_counts: [],
      custom_bounds: [1, 2, 3],
      counter_reset: 3,
      flags: 1,
    },
  ]);
});

it('exemplars have their ids in columns when they are ids', () => {
  const { builder } = setUp();
  const series = builder.series(labels);
  const traceId = 'ab'.repeat(16);
  builder.exemplar(series, {
    timeMs: nowMs,
    value: 0.25,
    labels: [
      ['span_id', 'xyz'],
      ['trace_id', traceId],
    ],
  });
  const batch = builder.build();
  expect(batch.items).toBe(0);
  expect(rowsOf(batch, 'otel_exemplars')).toMatchObject([
    {
      time: nowMs,
      value: 0.25,
      trace_id: traceId,
      span_id: '0'.repeat(16),
      attributes: { span_id: 'xyz' },
    },
  ]);
});

it('metadata is sent once a day', () => {
  const { builder, identities } = setUp();
  const metadata = { type: 'counter', unit: '', help: 'Help.' };
  builder.metadata('a_total', metadata);
  builder.metadata('a_total', metadata);
  const batch = builder.build();
  expect(rowsOf(batch, 'otel_metric_metadata')).toEqual([
    { day: 20_000, name: 'a_total', ...metadata, otel_name: '' },
  ]);
  batch.committed?.();
  const next = setUp('', identities).builder;
  next.metadata('a_total', metadata);
  next.metadata('a_total', { ...metadata, help: 'Other.' });
  expect(rowsOf(next.build(), 'otel_metric_metadata')).toHaveLength(1);
});
