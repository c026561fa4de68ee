import { describe, expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { contextOf } from '../../../test/lib/decode-otlp.ts';
import { encodeOtlp, type Json } from '../../../test/lib/otlp-json.ts';
import { SampleSink } from '../../../test/lib/sample-sink.ts';
import { createMetricRegistry } from '../registry/registry.ts';
import { defaultSpanMetricsSettings, type SpanMetricsSettings } from './settings.ts';
import { createSpanMetrics } from './span-metrics.ts';

const startMs = 480_000 * 3_600_000;
const calls = 'traces_spanmetrics_calls_total';
const startNano = 1_700_000_000_000_000_000n;

const attributes = (values: Record<string, string | number | boolean>): Json[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));

type SpanFacts = {
  readonly name?: string;
  readonly kind?: number;
  readonly code?: number;
  readonly message?: string;
  readonly ms?: number;
  readonly attributes?: Parameters<typeof attributes>[0];
};

type Resource = Parameters<typeof attributes>[0];

let lastId = 0;

const spanOf = ({ name = 'op', kind = 2, code = 0, message = '', ms = 1, ...more }: SpanFacts) => ({
  traceId: (++lastId).toString(16).padStart(32, '0'),
  spanId: lastId.toString(16).padStart(16, '0'),
  name,
  kind,
  status: { code, message },
  startTimeUnixNano: String(startNano),
  endTimeUnixNano: String(startNano + BigInt(ms * 1e6)),
  attributes: attributes(more.attributes ?? {}),
});

const batchOf = (resource: Resource, spans: readonly SpanFacts[], tenant = ''): Batch<'traces'> => {
  const body = encodeOtlp('traces', {
    resourceSpans: [
      {
        resource: { attributes: attributes(resource) },
        scopeSpans: [{ spans: spans.map(spanOf) }],
      },
    ],
  });
  return decodeTraces(body, { ...contextOf(), tenant }).batch;
};

function setUp(given: Partial<SpanMetricsSettings> = {}, seriesMax = 10_000) {
  const clock = createManualClock(startMs);
  const consumer = new SampleSink();
  const registry = createMetricRegistry(
    { intervalMs: 15_000, staleAfterMs: 60_000, seriesMax, histograms: 'classic' },
    {
      consumer,
      clock,
      meter: createMeter(),
      logger: silentLogger,
      identities: new IdentityCache(),
    },
  );
  const settings = { ...defaultSpanMetricsSettings, ...given };
  const connector = createSpanMetrics({ settings, registry, clock });
  const round = async (ms = 15_000) => {
    clock.advance(ms);
    await registry.flush();
  };
  return { consumer, connector, round };
}

/** What was counted, by labels. */
async function countsOf(
  given: Partial<SpanMetricsSettings>,
  ...batches: readonly Batch<'traces'>[]
): Promise<Record<string, number>> {
  const { consumer, connector, round } = setUp(given);
  for (const batch of batches) connector.observe(batch);
  await round();
  const counts = Object.entries(consumer.last(calls));
  return Object.fromEntries(counts.map(([series, count]) => [series.slice(calls.length), count]));
}

const usual = 'service="shop",span_kind="SPAN_KIND_SERVER",span_name="op"';
const unset = 'status_code="STATUS_CODE_UNSET"';

describe('labels', () => {
  it('are service, name, kind and status', async () => {
    const spans = [
      {},
      {},
      { name: 'other' },
      { kind: 3, code: 2 },
      { kind: 0, code: 1, message: 'not a label' },
    ];
    expect(await countsOf({}, batchOf({ 'service.name': 'shop' }, spans))).toEqual({
      [`{${usual},${unset}}`]: 2,
      [`{service="shop",span_kind="SPAN_KIND_SERVER",span_name="other",${unset}}`]: 1,
      '{service="shop",span_kind="SPAN_KIND_CLIENT",span_name="op",status_code="STATUS_CODE_ERROR"}': 1,
      '{service="shop",span_kind="SPAN_KIND_UNSPECIFIED",span_name="op",status_code="STATUS_CODE_OK"}': 1,
    });
  });

  it('are only those that are asked for', async () => {
    const spans = [{ code: 2, message: 'a' }, { code: 1, message: 'b', kind: 4 }, { message: 'a' }];
    const batch = batchOf({ 'service.name': 'shop' }, spans);
    expect(await countsOf({ intrinsics: ['status_message'] }, batch)).toEqual({
      '{status_message="a"}': 2,
      '{status_message="b"}': 1,
    });
    expect(await countsOf({ intrinsics: [] }, batch)).toEqual({ '{}': 3 });
  });

  it('leave a service without a name out, and cut what is very long', async () => {
    const counts = await countsOf({}, batchOf({}, [{ name: 'x'.repeat(3000) }]));
    expect(counts).toEqual({
      [`{span_kind="SPAN_KIND_SERVER",span_name="${'x'.repeat(2048)}",${unset}}`]: 1,
    });
  });

  it('are attributes of the resource, or else of the span, under names that are free', async () => {
    const dimensions = ['http.method', 'deployment', 'service', 'none'];
    const batch = batchOf({ 'service.name': 'shop', deployment: 'prod' }, [
      { attributes: { 'http.method': 'GET', deployment: 'ignored' } },
      { attributes: { other: 'x', service: true, 'http.method': 'GET' } },
      { attributes: { 'http.method': 'GET' } },
      { attributes: { 'http.method': 7 } },
      {},
    ]);
    const prod = `deployment="prod"`;
    expect(await countsOf({ dimensions }, batch)).toEqual({
      [`{${prod},http_method="GET",${usual},${unset}}`]: 2,
      [`{__service="true",${prod},http_method="GET",${usual},${unset}}`]: 1,
      [`{${prod},http_method="7",${usual},${unset}}`]: 1,
      [`{${prod},${usual},${unset}}`]: 1,
    });
  });

  it('are several attributes joined', async () => {
    const mapping = { name: 'where', sources: ['region', 'zone'], join: '/' };
    const batch = batchOf({ 'service.name': 'shop', region: 'eu' }, [
      { attributes: { zone: 'a' } },
      {},
    ]);
    expect(await countsOf({ dimensionMappings: [mapping] }, batch)).toEqual({
      [`{${usual},${unset},where="eu/a"}`]: 1,
      [`{${usual},${unset},where="eu"}`]: 1,
    });
  });
});

describe('counts', () => {
  const resource = { 'service.name': 'shop' };

  it('are of spans, seconds and bytes', async () => {
    const { consumer, connector, round } = setUp();
    const batch = batchOf(resource, [{ ms: 2 }, { ms: 3 }, { ms: 20_000 }]);
    connector.observe(batch);
    await round();
    const bytes = batch.spanBytes?.reduce((sum, size) => sum + size, 0);
    expect(Object.values(consumer.last('traces_spanmetrics_size_total'))).toEqual([bytes]);
    const buckets = consumer.last('traces_spanmetrics_latency_bucket');
    const bounds = Object.keys(buckets).map((series) => /le="([^"]+)"/.exec(series)?.[1]);
    expect(bounds).toEqual(
      '0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 4.096 8.192 16.384 +Inf'.split(
        ' ',
      ),
    );
    expect(Object.values(buckets)).toEqual([1, ...Array(13).fill(2), 3]);
    expect(Object.values(consumer.last('traces_spanmetrics_latency_sum'))).toEqual([20.005]);
    const slowest = lastId.toString(16).padStart(32, '0');
    expect(consumer.exemplars).toMatchObject([
      { value: 20, time: startMs, attributes: { traceID: slowest }, trace_id: slowest },
    ]);
  });

  it('are those that are asked for', async () => {
    const { consumer, connector, round } = setUp({ metrics: ['size'] });
    connector.observe(batchOf(resource, [{}]));
    await round();
    expect(consumer.metadata).toEqual(['traces_spanmetrics_size_total']);
  });

  it('stand for all that were sampled out before us', async () => {
    const spanMultiplierKey = 'probability';
    const batch = batchOf({ ...resource, probability: 0.5 }, [
      { attributes: { probability: 0.25 } },
      {},
      { attributes: { probability: 0 } },
    ]);
    expect(await countsOf({ spanMultiplierKey }, batch)).toEqual({ [`{${usual},${unset}}`]: 7 });
  });

  it('are apart by tenant', async () => {
    const { consumer, connector, round } = setUp();
    connector.observe(batchOf(resource, [{}], 'x'));
    connector.observe(batchOf(resource, [{}, {}], 'y'));
    connector.observe(batchOf(resource, [{}], 'x'));
    await round();
    expect(consumer.tenants).toEqual(['x', 'y']);
    const counts = consumer.samples.filter(({ series }) => series.startsWith(calls));
    expect(counts.map(({ value }) => value)).toEqual([0, 2, 0, 2]);
  });

  it('go on in a new series after the old one went stale', async () => {
    const { consumer, connector, round } = setUp();
    const batch = batchOf(resource, [{}, {}]);
    connector.observe(batch);
    await round();
    await round(60_000);
    connector.observe(batch);
    await round();
    const [series = ''] = Object.keys(consumer.last(calls));
    expect(consumer.of(series).map(([, value]) => value)).toEqual([0, 2, Number.NaN, 0, 2]);
  });

  it('of thousands of names are right, and so is their sum when there are too many', async () => {
    const names = Array.from({ length: 3000 }, (_, i) => ({ name: `op ${i}` }));
    const batches = [batchOf(resource, names), batchOf(resource, names)];
    const all = Object.values(await countsOf({ metrics: ['calls'] }, ...batches));
    expect(all).toEqual(Array(3000).fill(2));
    const { consumer, connector, round } = setUp({ metrics: ['calls'] }, 100);
    for (const batch of batches) connector.observe(batch);
    await round();
    const { [`${calls}{metric_overflow="true"}`]: rest, ...others } = consumer.last(calls);
    expect(Object.values(others)).toEqual(Array(100).fill(2));
    expect(rest).toBe(5800);
  });
});

describe('what senders choose', () => {
  it('never becomes the name of a metric or who has counted', async () => {
    const resource = { 'service.name': 'shop', __name__: 'up', '__metrics.gen_instance': 'me' };
    const { consumer, connector, round } = setUp({ enableTargetInfo: true });
    connector.observe(batchOf(resource, [{}]));
    await round();
    expect(consumer.last('up')).toEqual({});
    expect(consumer.last('traces_target_info')).toEqual({
      'traces_target_info{____metrics_gen_instance="me",____name__="up",job="shop"}': 1,
    });
  });

  it('counts at most a million spans for one, and one for what says no number', async () => {
    const spans = ['0.1', '1e-300', '-1', 'Infinity', 'x', ''].map((p) => ({ attributes: { p } }));
    const given = { spanMultiplierKey: 'p' };
    expect(await countsOf(given, batchOf({ 'service.name': 'shop' }, spans))).toEqual({
      [`{${usual},${unset}}`]: 1_000_014,
    });
  });
});

describe('target info', () => {
  const info = 'traces_target_info';
  const resource = {
    'service.name': 'shop',
    'service.namespace': 'eu',
    'service.instance.id': 'i-1',
    'host.name': 'h',
    secret: 's',
    '0day': 'x',
  };

  it('tells of resources, and ties the other series to them', async () => {
    const { consumer, connector, round } = setUp({
      enableTargetInfo: true,
      targetInfoExcludedDimensions: ['secret'],
    });
    connector.observe(batchOf(resource, [{}]));
    await round();
    expect(consumer.last(info)).toEqual({
      [`${info}{host_name="h",instance="i-1",job="eu/shop"}`]: 1,
    });
    expect(Object.keys(consumer.last(calls))).toEqual([
      `${calls}{instance="i-1",job="eu/shop",${usual},${unset}}`,
    ]);
  });

  it('is not made of a resource that says no more than who it is', async () => {
    const { consumer, connector, round } = setUp({
      enableTargetInfo: true,
      enableInstanceLabel: false,
    });
    connector.observe(batchOf({ 'service.name': 'shop', 'service.instance.id': 'i' }, [{}]));
    await round();
    expect(consumer.last(info)).toEqual({});
    expect(Object.keys(consumer.last(calls))).toEqual([`${calls}{job="shop",${usual},${unset}}`]);
  });
});
