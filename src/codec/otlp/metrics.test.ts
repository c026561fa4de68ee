import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import {
  contextOf,
  decodeMetricsOf as decode,
  nowNano,
  samplesOf,
} from '../../../test/lib/decode-otlp.ts';
import {
  attributes,
  encodeOtlp,
  type Json,
  type JsonObject,
  metricsOf,
  type OriginJson,
} from '../../../test/lib/otlp-json.ts';
import { decodeMetrics } from './decode.ts';

/** A byte more than is taken. */
const huge = 'x'.repeat((1 << 20) + 1);

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
      expect(samplesOf(decode([gauge([point])]).batch)).toEqual({ 'g{}': [expected] });
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
    expect(rowsOf(batch, 'otel_samples').map((row) => row.has_stale)).toEqual([1]);
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
    gauge([{ asInt: 1, attributes: attributes({ a: huge }) }]),
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

describe('an exemplar', () => {
  it('is at the time of its data point when its own is left out or outside of the limits', () => {
    const exemplars = ['0', '5', '1700000000122000000', '4000000000000000000'].map((nano) => ({
      asInt: '1',
      timeUnixNano: nano,
    }));
    const limits = contextOf({ minUnixNano: 10n, maxUnixNano: nowNano });
    const { batch } = decode([gauge([{ asInt: 1, timeUnixNano: time, exemplars }])], {}, limits);
    const [sample] = rowsOf(batch, 'otel_samples');
    expect(rowsOf(batch, 'otel_exemplars')).toMatchObject(
      [timeMs, timeMs, timeMs - 1, timeMs].map((at) => ({
        time: at,
        series_id: sample?.series_id,
        value: 1,
      })),
    );
  });
});

describe('the labels of a series', () => {
  const labels = (title: string, point: JsonObject, origin: OriginJson, expected: string) =>
    it(title, () => {
      const metric = gauge([{ asInt: 1, attributes: attributes(point) }]);
      expect(Object.keys(samplesOf(decode([metric], origin).batch))).toContain(`g{${expected}}`);
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
    expect(samplesOf(decode([gauge([{ asInt: 1, attributes: twice }])]).batch)).toEqual({
      'g{a="last"}': [1],
    });
  });

  it('make the same id in any order of attributes, and another one for another name', () => {
    const point = (values: JsonObject) => ({ asInt: 1, attributes: attributes(values) });
    const points = [point({ a: 1, b: 2 }), point({ b: 2, a: 1 }), point({ a: 1, b: 3 })];
    const { batch } = decode([gauge(points), gauge([points[0] as Json], { name: 'h' })]);
    const rows = rowsOf(batch, 'otel_samples');
    expect(rows.map((row) => row.value)).toEqual([[1, 1], [1], [1]]);
    expect(new Set(rows.map((row) => row.series_id)).size).toBe(3);
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
      samples: [{ value: [1, 1] }],
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
