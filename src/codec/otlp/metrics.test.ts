import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { IdentityCache } from '#model/identity.ts';
import { type ColumnRow, rowsOf } from '../../../test/lib/columns.ts';
import {
  attributes,
  encodeOtlp,
  type Json,
  type JsonObject,
  metricsOf,
  type OriginJson,
} from '../../../test/lib/otlp-json.ts';
import { type DecodeContext, decodeMetrics } from './decode.ts';

const nowNano = 1_800_000_000_123_456_789n;

const contextOf = (limits: Partial<DecodeContext['limits']> = {}): DecodeContext => ({
  tenant: '',
  nowNano,
  limits: { minUnixNano: undefined, maxUnixNano: undefined, ...limits },
  identities: new IdentityCache(),
});

const decode = (metrics: Json[], origin: OriginJson = {}, context = contextOf()) =>
  decodeMetrics(encodeOtlp('metrics', metricsOf(metrics, origin)), context);

/** Every sample with its series: `name{labels}` and the rest of the row. */
function samplesOf(metrics: Json[], origin: OriginJson = {}): Record<string, unknown> {
  const { batch, rejection } = decode(metrics, origin);
  expect(rejection).toBeUndefined();
  const series = new Map(rowsOf(batch, 'otel_series').map((row) => [row.series_id, row]));
  const samples = [...rowsOf(batch, 'otel_samples'), ...rowsOf(batch, 'otel_delta_samples')];
  return Object.fromEntries(
    samples.map((row) => [printed(series.get(row.series_id), row), row.value]),
  );
}

function printed(series: ColumnRow | undefined, sample: ColumnRow): string {
  expect(series?.name).toBe(sample.name);
  const labels = Object.entries(series?.labels as JsonObject).map(([k, v]) => `${k}="${v}"`);
  return `${sample.name}{${labels.join(',')}}`;
}

const time = '1700000000123456789';
const timeMs = 1700000000123;
const gauge = (points: Json[], rest: JsonObject = {}): JsonObject => ({
  name: 'g',
  ...rest,
  gauge: { dataPoints: points },
});
const sum = (points: Json[], rest: JsonObject): JsonObject => ({
  name: 'requests',
  sum: { dataPoints: points, ...rest },
});

describe('a number data point', () => {
  it('becomes a sample, a series and metadata', () => {
    const point = {
      timeUnixNano: time,
      asDouble: 1.5,
      attributes: attributes({ 'http.route': '/' }),
    };
    const metric = gauge([point], { name: 'cpu.used', unit: 's', description: 'Time used.' });
    const { batch } = decode([metric]);
    const day = Math.floor(timeMs / 86_400_000);
    const [series] = rowsOf(batch, 'otel_series');
    expect(series).toEqual({
      day,
      name: 'cpu_used_seconds',
      series_id: expect.anything(),
      labels: { http_route: '/' },
      otel_name: 'cpu.used',
      type: 'gauge',
      unit: 's',
      temporality: 0,
    });
    expect(rowsOf(batch, 'otel_samples')).toEqual([
      {
        bucket: Math.floor(timeMs / 3_600_000),
        name: 'cpu_used_seconds',
        series_id: series?.series_id,
        time: [timeMs],
        value: [1.5],
        has_stale: 0,
      },
    ]);
    expect(rowsOf(batch, 'otel_metric_metadata')).toEqual([
      {
        day,
        name: 'cpu_used_seconds',
        type: 'gauge',
        unit: 's',
        help: 'Time used.',
        otel_name: 'cpu.used',
      },
    ]);
  });

  const value = (title: string, point: JsonObject, expected: number) =>
    it(`has the value ${title}`, () => {
      expect(samplesOf([gauge([point])])).toEqual({ 'g{}': [expected] });
    });
  value('0', { asInt: 0 }, 0);
  value('of a negative int', { asInt: '-5' }, -5);
  value('of the largest int', { asInt: '9223372036854775807' }, 2 ** 63);
  value('of an int beyond 2^53', { asInt: '9007199254740993' }, 9007199254740992);
  value('NaN', { asDouble: 'NaN' }, Number.NaN);
  value('-Infinity', { asDouble: '-Infinity' }, -Infinity);

  it('keeps the bits of its value, and ends its series when there is none', () => {
    const bytes = encodeOtlp('metrics', metricsOf([gauge([{ asDouble: 1 }, { flags: 1 }])]));
    // The value 1.0, replaced by a NaN with a payload.
    const at = Buffer.from(bytes).indexOf(Buffer.from('21000000000000f03f', 'hex'));
    bytes.set(Buffer.from('efbeadde0000f87f', 'hex'), at + 1);
    const { batch } = decodeMetrics(bytes, contextOf());
    const column = batch.rows[0]?.columns.value;
    if (column?.kind !== 'array') throw new Error('an array column');
    const [values] = column.elements;
    if (values?.kind !== 'fixed') throw new Error('a fixed column');
    expect(Buffer.from(values.data.view()).toString('hex')).toBe(
      'efbeadde0000f87f020000000000f07f',
    );
    expect(rowsOf(batch, 'otel_samples').map((row) => row.has_stale)).toEqual([0, 1]);
  });

  const at = (nano: string, expectedMs: number, bucket: number) =>
    it(`at ${nano} ns is at ${expectedMs} ms in hour ${bucket}`, () => {
      const { batch } = decode([gauge([{ timeUnixNano: nano, asInt: 1 }])]);
      expect(rowsOf(batch, 'otel_samples')).toMatchObject([{ time: [expectedMs], bucket }]);
    });
  at('0', 1_800_000_000_123, 500_000);
  at('999999', 0, 0);
  at('1000000', 1, 0);
  at('1700000000124000000', 1_700_000_000_124, 472_222);
  at('1700000000123999999', 1_700_000_000_123, 472_222);
  at('18446744073709551615', -1, 0);

  const rejected = (title: string, metric: Json, message: string, limits = {}) =>
    it(`is rejected ${title}`, () => {
      const { batch, rejection } = decode([metric, gauge([{ asInt: 7 }])], {}, contextOf(limits));
      expect(rowsOf(batch, 'otel_samples')).toMatchObject([{ value: [7] }]);
      expect(rejection?.message).toMatch(message);
      expect(batch.items).toBe(1);
    });
  rejected('without a value', gauge([{}]), '1 data point rejected: 1 without a value; the first:');
  rejected(
    'without a name',
    gauge([{ asInt: 1 }, { asInt: 2 }], { name: '' }),
    '2 of a metric with',
  );
  rejected(
    'without a name that Prometheus has',
    gauge([{ asInt: 1 }], { name: '..' }),
    '1 of a me',
  );
  rejected(
    'when too old',
    gauge([{ asInt: 1, timeUnixNano: '9' }]),
    '1 older than ingest.max_age',
    {
      minUnixNano: 10n,
    },
  );
  rejected('when too new', gauge([{ asInt: 1, timeUnixNano: '9223372036854775807' }]), '1 newer', {
    maxUnixNano: nowNano,
  });
  rejected(
    'with a huge attribute',
    gauge([{ asInt: 1, attributes: attributes({ a: 'x'.repeat(1 << 20) }) }]),
    '1 with an attribute or body larger',
  );
});

describe('a sum', () => {
  const point = { asInt: 3, startTimeUnixNano: '1700000000000000000', timeUnixNano: time };
  const kind = (title: string, rest: JsonObject, name: string, type: string, temporality: number) =>
    it(`${title} is ${name}, a ${type}`, () => {
      const { batch } = decode([sum([point], rest)]);
      expect(rowsOf(batch, 'otel_series')).toMatchObject([{ name, type, temporality }]);
      const table = temporality === 1 ? 'otel_delta_samples' : 'otel_samples';
      expect(rowsOf(batch, table)).toHaveLength(1);
    });
  const cumulative = { aggregationTemporality: 2 };
  const delta = { aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA' };
  kind('cumulative', cumulative, 'requests', 'gauge', 0);
  kind('rising', { ...cumulative, isMonotonic: true }, 'requests_total', 'counter', 0);
  kind('of no temporality', { isMonotonic: true }, 'requests_total', 'counter', 0);
  kind('delta', delta, 'requests', 'gauge', 1);
  kind('rising by delta', { ...delta, isMonotonic: true }, 'requests_total', 'counter', 1);

  it('of delta temporality keeps its start', () => {
    const { batch } = decode([sum([point], delta)]);
    expect(rowsOf(batch, 'otel_delta_samples')).toMatchObject([
      { time: timeMs, start_time: 1_700_000_000_000, value: 3 },
    ]);
  });
});

describe('the labels of a series', () => {
  const labels = (title: string, point: JsonObject, origin: OriginJson, expected: string) =>
    it(title, () => {
      const metric = gauge([{ asInt: 1, attributes: attributes(point) }]);
      expect(Object.keys(samplesOf([metric], origin))).toContain(`g{${expected}}`);
    });
  labels(
    'are sorted and sanitised',
    { 'b.c': 1, a: true, '9x': 'y' },
    {},
    'a="true",b_c="1",key_9x="y"',
  );
  labels('that are equal are joined by key', { 'a.b': 'z', 'a-b': 'y' }, {}, 'a_b="y;z"');
  labels('have no empty values', { a: '', b: 'x' }, {}, 'b="x"');
  labels('cannot take the name away', { __name__: 'x', le: 'y' }, {}, 'le="y"');
  const scope = { name: 'lib', version: '2', attributes: attributes({ 'x.y': 1 }) };
  labels(
    'tell the scope',
    { a: 'x' },
    { scope },
    'a="x",otel_scope_name="lib",otel_scope_version="2",otel_scope_x_y="1"',
  );
  const resource = { 'service.name': 's', 'service.namespace': 'n', 'service.instance.id': 'i' };
  labels('tell the target', { job: 'x' }, { resource }, 'instance="i",job="n/s"');
  labels(
    'tell the target without a namespace',
    {},
    { resource: { 'service.name': 's' } },
    'job="s"',
  );

  it('take the last of equal keys', () => {
    const twice = [...attributes({ a: 'first' }), ...attributes({ a: 'last' })];
    expect(samplesOf([gauge([{ asInt: 1, attributes: twice }])])).toEqual({ 'g{a="last"}': [1] });
  });

  it('make the same id in any order of attributes, and another one for another name', () => {
    const point = (values: JsonObject) => ({ asInt: 1, attributes: attributes(values) });
    const points = [point({ a: 1, b: 2 }), point({ b: 2, a: 1 }), point({ a: 1, b: 3 })];
    const { batch } = decode([gauge(points), gauge([points[0] as Json], { name: 'h' })]);
    const ids = rowsOf(batch, 'otel_samples').map((row) => row.series_id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('are all found when attributes do not lie side by side', () => {
    const writer = new ProtobufWriter();
    const attribute = (key: string) =>
      writer.message(7, () => {
        writer.text(1, key);
        writer.message(2, () => writer.text(1, 'x'));
      });
    const nested = (fields: number[], write: () => void): void => {
      const [field, ...rest] = fields;
      if (field === undefined) write();
      else writer.message(field, () => nested(rest, write));
    };
    nested([1, 2, 2], () => {
      writer.text(1, 'g');
      nested([5, 1], () => {
        attribute('a');
        writer.double(4, 1);
        attribute('b');
      });
    });
    const { batch } = decodeMetrics(writer.finish(), contextOf());
    expect(rowsOf(batch, 'otel_series')).toMatchObject([{ labels: { a: 'x', b: 'x' } }]);
  });
});

describe('target_info', () => {
  const resource = { 'service.name': 's', 'host.name': 'h' };
  const point = (nano: string) => ({ asInt: 1, timeUnixNano: nano });
  const infosOf = (points: Json[], attributesOf: JsonObject) => {
    const { batch } = decode([gauge(points)], { resource: attributesOf });
    const series = rowsOf(batch, 'otel_series').find((row) => row.name === 'target_info');
    const samples = rowsOf(batch, 'otel_samples').filter((row) => row.name === 'target_info');
    return { labels: series?.labels, times: samples.flatMap((row) => row.time), samples };
  };

  it('has the other attributes of the resource, once per body', () => {
    expect(infosOf([point('1000000'), point('2000000')], resource)).toMatchObject({
      labels: { host_name: 'h', job: 's' },
      times: [1, 2],
      samples: [{ value: [1] }, { value: [1] }],
    });
  });

  it('is repeated when data points lie far apart, but never more often than they are many', () => {
    const points = ['1000000', '2000000', '3000000', '1000000000000'].map(point);
    expect(infosOf(points, resource).times).toHaveLength(5);
    expect(infosOf([point('1000000'), point('4000000000000000000')], resource).times).toHaveLength(
      3,
    );
  });

  it('is not there for a resource that says no more, or not who it is', () => {
    expect(infosOf([point('1')], { 'service.name': 's' }).samples).toEqual([]);
    expect(infosOf([point('1')], { 'host.name': 'h' }).samples).toEqual([]);
  });
});

describe('a histogram', () => {
  const point: JsonObject = {
    timeUnixNano: time,
    startTimeUnixNano: '1700000000000000000',
    count: '10',
    sum: 2.5,
    bucketCounts: ['1', '2', '7'],
    explicitBounds: [0.5, 1e21],
  };
  const histogram = (points: Json[], temporality = 2): JsonObject => ({
    name: 'd',
    unit: 's',
    histogram: { dataPoints: points, aggregationTemporality: temporality },
  });

  it('becomes buckets that add up, a sum and a count', () => {
    expect(samplesOf([histogram([point])])).toEqual({
      'd_seconds_bucket{le="0.5"}': [1],
      'd_seconds_bucket{le="1000000000000000000000"}': [3],
      'd_seconds_bucket{le="+Inf"}': [10],
      'd_seconds_sum{}': [2.5],
      'd_seconds_count{}': [10],
    });
  });

  it('of delta temporality is delta in every series, and one data point', () => {
    const { batch } = decode([histogram([point], 1)]);
    expect(batch.items).toBe(1);
    expect(rowsOf(batch, 'otel_delta_samples')).toHaveLength(5);
    expect(rowsOf(batch, 'otel_series').every((row) => row.temporality === 1)).toBe(true);
    expect(rowsOf(batch, 'otel_metric_metadata')).toMatchObject([
      { name: 'd_seconds', type: 'histogram' },
    ]);
  });

  it('has no sum when it has none, and no buckets but the last', () => {
    expect(samplesOf([histogram([{ count: '4' }])])).toEqual({
      'd_seconds_bucket{le="+Inf"}': [4],
      'd_seconds_count{}': [4],
    });
  });

  it('ends all its series when nothing was recorded', () => {
    const { batch } = decode([histogram([{ ...point, flags: 1, bucketCounts: [] }])]);
    const samples = rowsOf(batch, 'otel_samples');
    expect(samples).toHaveLength(5);
    expect(samples.every((row) => row.has_stale === 1)).toBe(true);
  });

  it('has the exemplars in the bucket that they fall in', () => {
    const exemplar = (value: number) => ({ asDouble: value, timeUnixNano: time });
    const exemplars = [
      {
        ...exemplar(0.5),
        traceId: '0102030405060708090a0b0c0d0e0f10',
        spanId: '0102030405060708',
        filteredAttributes: attributes({ user: 7 }),
      },
      { asInt: '2' },
      exemplar(1e300),
    ];
    const { batch } = decode([histogram([{ ...point, exemplars }])]);
    const series = new Map(rowsOf(batch, 'otel_series').map((row) => [row.series_id, row.labels]));
    const rows = rowsOf(batch, 'otel_exemplars');
    expect(rows.map((row) => series.get(row.series_id))).toEqual([
      { le: '0.5' },
      { le: '1000000000000000000000' },
      { le: '+Inf' },
    ]);
    expect(rows[0]).toEqual({
      bucket: 472_222,
      name: 'd_seconds_bucket',
      series_id: expect.anything(),
      time: timeMs,
      value: 0.5,
      trace_id: '0102030405060708090a0b0c0d0e0f10',
      span_id: '0102030405060708',
      attributes: { user: '\x027' },
    });
    expect(rows[1]).toMatchObject({ value: 2, time: timeMs, trace_id: '0'.repeat(32) });
  });

  const rejected = (title: string, change: JsonObject, reason: string) =>
    it(`is rejected with ${title}`, () => {
      const { batch, rejection } = decode([histogram([{ ...point, ...change }, point])]);
      expect(rejection?.message).toContain(`1 data point rejected: 1 ${reason}; the first: data`);
      expect(rowsOf(batch, 'otel_samples')).toHaveLength(5);
    });
  rejected(
    'too few counts',
    { bucketCounts: ['1'] },
    'with bucket counts that do not fit the bounds',
  );
  rejected(
    'no counts for bounds',
    { bucketCounts: [] },
    'with bucket counts that do not fit the bounds',
  );
  rejected(
    'counts without bounds',
    { explicitBounds: [] },
    'with bucket counts that do not fit the bounds',
  );
  rejected('falling bounds', { explicitBounds: [2, 1] }, 'with bounds that do not rise');
  rejected('a bound of NaN', { explicitBounds: ['NaN', 1] }, 'with bounds that do not rise');
});

describe('an exponential histogram', () => {
  const point = {
    timeUnixNano: time,
    startTimeUnixNano: '1700000000000000000',
    count: '18446744073709551615',
    sum: -1.5,
    scale: -3,
    zeroCount: '2',
    positive: { offset: -7, bucketCounts: ['1', '0', '18446744073709551615'] },
    negative: { offset: 2147483647, bucketCounts: [] },
    min: 0,
    zeroThreshold: 1e-9,
    attributes: attributes({ a: 'x' }),
  };
  const histogram = (one: Json): JsonObject => ({
    name: 'e',
    exponentialHistogram: { dataPoints: [one], aggregationTemporality: 1 },
  });

  it('is kept as it is', () => {
    const { batch } = decode([histogram(point)]);
    const [series] = rowsOf(batch, 'otel_series');
    expect(series).toMatchObject({
      name: 'e',
      type: 'histogram',
      labels: { a: 'x' },
      temporality: 1,
    });
    expect(rowsOf(batch, 'otel_histograms')).toEqual([
      {
        bucket: 472_222,
        name: 'e',
        series_id: series?.series_id,
        time: timeMs,
        start_time: 1_700_000_000_000,
        count: 18446744073709551615n,
        sum: -1.5,
        min: 0,
        max: 0,
        scale: -3,
        zero_threshold: 1e-9,
        zero_count: 2n,
        positive_offset: -7,
        positive_counts: [1n, 0n, 18446744073709551615n],
        negative_offset: 2147483647,
        negative_counts: [],
        flags: 3,
      },
    ]);
  });

  it('says when nothing was recorded', () => {
    expect(rowsOf(decode([histogram({ flags: 1 })]).batch, 'otel_histograms')).toMatchObject([
      { flags: 8, positive_counts: [], negative_counts: [] },
    ]);
  });

  it('has its exemplars', () => {
    const { batch } = decode([histogram({ ...point, exemplars: [{ asDouble: 3 }] })]);
    const [row] = rowsOf(batch, 'otel_exemplars');
    expect(row?.series_id).toBe(rowsOf(batch, 'otel_histograms')[0]?.series_id);
  });

  it('is rejected with a scale that cannot be', () => {
    const { batch, rejection } = decode([histogram({ ...point, scale: 21 })]);
    expect(rejection?.message).toContain('1 with a scale outside of -10 to 20');
    expect(rowsOf(batch, 'otel_histograms')).toEqual([]);
  });
});

describe('a summary', () => {
  const quantileValues = [
    { quantile: 0.5, value: 10 },
    { quantile: 1e-7, value: 20 },
  ];
  const summary = (rest: JsonObject): JsonObject => ({
    name: 's',
    summary: { dataPoints: [{ count: '3', sum: 4.5, quantileValues, ...rest }] },
  });

  it('becomes a series per quantile, a sum and a count', () => {
    expect(samplesOf([summary({})])).toEqual({
      's{quantile="0.5"}': [10],
      's{quantile="0.0000001"}': [20],
      's_sum{}': [4.5],
      's_count{}': [3],
    });
  });

  it('ends all its series when nothing was recorded', () => {
    const samples = rowsOf(decode([summary({ flags: 1 })]).batch, 'otel_samples');
    expect(samples.map((row) => row.has_stale)).toEqual([1, 1, 1, 1]);
  });
});

describe('a series that is known', () => {
  const day = 86_400_000_000_000n;
  const metricAt = (nano: bigint) =>
    gauge([{ asInt: 1, timeUnixNano: String(nano), attributes: attributes({ a: 'x' }) }]);
  const origin = { resource: { 'service.name': 's', h: 'x' } };

  it('is sent once per day, with its metadata and target_info', () => {
    const context = contextOf();
    const sent = (nano: bigint) => {
      const { batch } = decode([metricAt(nano)], origin, context);
      batch.committed?.();
      return [rowsOf(batch, 'otel_series'), rowsOf(batch, 'otel_metric_metadata')].flat().length;
    };
    expect([sent(1n), sent(2n), sent(day), sent(day + 1n), sent(3n)]).toEqual([4, 0, 4, 0, 0]);
  });

  it('has the same id when it comes from the cache', () => {
    const context = contextOf();
    const idOf = () => rowsOf(decode([metricAt(1n)], origin, context).batch, 'otel_samples');
    expect(idOf()).toEqual(idOf());
  });
});
