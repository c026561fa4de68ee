// The official OpenTelemetry SDK for Node with its exporters, all three transports and signals,
// into the real store; the stored rows field by field.
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as LogsGrpc } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as MetricsJson,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsProto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpTarget, startOtlpTarget } from '../lib/otlp-target.ts';

let target: OtlpTarget;
beforeAll(async () => {
  target = await startOtlpTarget();
});
afterAll(() => target.stop());

type Transport = 'grpc' | 'proto' | 'json';
type Compression = 'none' | 'gzip';

const settings = (signal: string, transport: Transport, compression: Compression) => ({
  url: transport === 'grpc' ? target.url : `${target.url}/v1/${signal}`,
  compression: compression as never,
});
const resourceOf = (service: string) =>
  resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'shop',
    'service.instance.id': 'one',
    'host.cpus': 4,
  });
const resourceStored = (service: string) =>
  new Map([
    ['host.cpus', '\x024'],
    ['service.instance.id', 'one'],
    ['service.name', service],
    ['service.namespace', 'shop'],
  ]);
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
const hexes = (list: unknown): string[] => (list as unknown[]).map(hex);
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;

const transports: [Transport, Compression][] = [
  ['grpc', 'none'],
  ['grpc', 'gzip'],
  ['proto', 'none'],
  ['proto', 'gzip'],
  ['json', 'none'],
  ['json', 'gzip'],
];

describe.each(transports)('%s, compression %s', (transport, compression) => {
  const service = `sdk-${transport}-${compression}`;

  it('traces', async () => {
    const Exporter = { grpc: TracesGrpc, proto: TracesProto, json: TracesJson }[transport];
    const provider = new BasicTracerProvider({
      resource: resourceOf(service),
      spanProcessors: [
        new SimpleSpanProcessor(new Exporter(settings('traces', transport, compression))),
      ],
    });
    const tracer = provider.getTracer('test-scope', '1.2.3', {
      schemaUrl: 'https://schema.example/1',
    });
    const linked = {
      traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      spanId: 'bbbbbbbbbbbbbbbb',
      traceFlags: TraceFlags.SAMPLED,
    };
    const parent = tracer.startSpan('parent', { startTime: startMs }, ROOT_CONTEXT);
    const child = tracer.startSpan(
      'child',
      {
        kind: SpanKind.CLIENT,
        startTime: startMs + 1,
        links: [{ context: linked, attributes: { reason: 'retry' } }],
        attributes: {
          text: 'naïve ✓',
          yes: true,
          whole: 42,
          part: 1.5,
          list: ['a', 'b'],
          numbers: [1, 2],
        },
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    child.addEvent('cache.miss', { key: 'k' }, startMs + 2);
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'it broke' });
    child.end(startMs + 11);
    parent.end(startMs + 20);
    await provider.forceFlush();
    await provider.shutdown();

    const [first, second] = await target.rows(
      'otel_spans',
      'service_name',
      service,
      'start_unix_nano',
    );
    const childContext = child.spanContext();
    expect({ ...first, name: first?.name }).toMatchObject({
      name: 'parent',
      kind: 1,
      start_unix_nano: nano(startMs),
      duration_nano: 20_000_000n,
      status_code: 0,
      attributes: new Map(),
    });
    expect(hex(first?.parent_span_id)).toBe('0000000000000000');
    expect(second).toMatchObject({
      tenant: '',
      name: 'child',
      kind: 3,
      start_unix_nano: nano(startMs + 1),
      duration_nano: 10_000_000n,
      status_code: 2,
      status_message: 'it broke',
      attributes: new Map([
        ['text', 'naïve ✓'],
        ['yes', '\x01true'],
        ['whole', '\x0242'],
        ['part', '\x031.5'],
        ['list', '\x05["a","b"]'],
        ['numbers', '\x05[1,2]'],
      ]),
      event_time_unix_nano: [nano(startMs + 2)],
      event_name: ['cache.miss'],
      event_attributes: [new Map([['key', 'k']])],
      link_attributes: [new Map([['reason', 'retry']])],
    });
    expect(hex(second?.trace_id)).toBe(childContext.traceId);
    expect(hex(second?.span_id)).toBe(childContext.spanId);
    expect(hex(second?.parent_span_id)).toBe(parent.spanContext().spanId);
    expect(hexes(second?.link_trace_id)).toEqual([linked.traceId]);
    expect(hexes(second?.link_span_id)).toEqual([linked.spanId]);
    expect(await target.rows('otel_scopes', 'scope_id', second?.scope_id as bigint)).toMatchObject([
      {
        service_name: service,
        resource_attributes: resourceStored(service),
        scope_name: 'test-scope',
        scope_version: '1.2.3',
        scope_schema_url: 'https://schema.example/1',
      },
    ]);
  });

  it('logs', async () => {
    const Exporter = { grpc: LogsGrpc, proto: LogsProto, json: LogsJson }[transport];
    const provider = new LoggerProvider({
      resource: resourceOf(service),
      processors: [
        new SimpleLogRecordProcessor({
          exporter: new Exporter(settings('logs', transport, compression)),
        }),
      ],
    });
    const logger = provider.getLogger('test-logger', '2');
    const spanContext = {
      traceId: 'cccccccccccccccccccccccccccccccc',
      spanId: 'dddddddddddddddd',
      traceFlags: TraceFlags.SAMPLED,
    };
    const bodies = ['plain text', 17, 2.5, true, ['a', 1], { user: { id: 7 } }];
    bodies.forEach((body, i) => {
      logger.emit({
        body: body as never,
        timestamp: startMs + i,
        observedTimestamp: startMs + 100,
        severityNumber: SeverityNumber.WARN,
        severityText: 'WARN',
        eventName: 'user.login',
        attributes: { user: 'ann', tries: 3 },
        context: trace.setSpanContext(context.active(), spanContext),
      });
    });
    await provider.forceFlush();
    await provider.shutdown();

    const [stream] = await target.rows('otel_log_streams', 'service_name', service);
    expect(stream).toMatchObject({
      resource_attributes: resourceStored(service),
      scope_name: 'test-logger',
      scope_version: '2',
      labels: new Map([
        ['service_instance_id', 'one'],
        ['service_name', service],
        ['service_namespace', 'shop'],
      ]),
    });
    const rows = await target.rows(
      'otel_logs',
      'stream_id',
      stream?.stream_id as bigint,
      'time_unix_nano',
    );
    expect(rows.map(({ body, body_type }) => [body, body_type])).toEqual([
      ['plain text', 0],
      ['17', 2],
      ['2.5', 3],
      ['true', 1],
      ['["a",1]', 5],
      ['{"user":{"id":7}}', 5],
    ]);
    expect(rows[0]).toMatchObject({
      time_unix_nano: nano(startMs),
      observed_time_unix_nano: nano(startMs + 100),
      severity_number: 13,
      severity_text: 'WARN',
      event_name: 'user.login',
      flags: 1,
      attributes: new Map([
        ['user', 'ann'],
        ['tries', '\x023'],
      ]),
    });
    expect([hex(rows[0]?.trace_id), hex(rows[0]?.span_id)]).toEqual([
      spanContext.traceId,
      spanContext.spanId,
    ]);
  });

  const exportMetrics = async (
    name: string,
    temporality: AggregationTemporalityPreference,
  ): Promise<void> => {
    const Exporter = { grpc: MetricsGrpc, proto: MetricsProto, json: MetricsJson }[transport];
    const exporter: PushMetricExporter = new Exporter({
      ...settings('metrics', transport, compression),
      temporalityPreference: temporality,
    });
    const provider = new MeterProvider({
      resource: resourceOf(service),
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
      views: [
        {
          instrumentName: `${name}.exponential`,
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
        {
          instrumentName: `${name}.duration`,
          aggregation: {
            type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
            options: { boundaries: [1, 10] },
          },
        },
      ],
    });
    const meter = provider.getMeter('test-meter', '3');
    meter
      .createCounter(`${name}.requests`, { unit: '1', description: 'Requests.' })
      .add(5, { path: '/a' });
    meter.createUpDownCounter(`${name}.open`).add(-2);
    meter
      .createObservableGauge(`${name}.temperature`, { unit: 'Cel' })
      .addCallback((result) => result.observe(21.5));
    const duration = meter.createHistogram(`${name}.duration`, { unit: 's' });
    const exponential = meter.createHistogram(`${name}.exponential`);
    for (const value of [0.5, 5, 50]) duration.record(value);
    for (const value of [1, 2, 4, 0]) exponential.record(value);
    // Exports what there is, once.
    await provider.shutdown();
  };

  const prefix = `${transport}_${compression}`;
  type SeriesRow = {
    name: string;
    series_id: bigint;
    labels: Map<string, string>;
    otel_name: string;
    type: string;
    unit: string;
  };
  const seriesOf = (name: string) => target.rows<SeriesRow>('otel_series', 'name', name);
  const scope = [
    ['instance', 'one'],
    ['job', `shop/${service}`],
    ['otel_scope_name', 'test-meter'],
    ['otel_scope_version', '3'],
  ];
  const values = async (tableName: string, name: string): Promise<Record<string, unknown>> => {
    const found: Record<string, unknown> = {};
    for (const { labels, series_id } of await seriesOf(name)) {
      const [row] = await target.rows(tableName, 'series_id', series_id);
      found[labels.get('le') ?? ''] = row?.value;
    }
    return found;
  };

  it('cumulative metrics', async () => {
    await exportMetrics(`${prefix}.c`, AggregationTemporalityPreference.CUMULATIVE);
    const name = `${prefix}_c`;
    const [requests] = await seriesOf(`${name}_requests_total`);
    expect(requests).toMatchObject({ otel_name: `${prefix}.c.requests`, unit: '1' });
    expect([...(requests?.labels ?? [])].sort()).toEqual([...scope, ['path', '/a']].sort());
    expect(await values('otel_samples', `${name}_requests_total`)).toEqual({ '': [5] });
    expect(await values('otel_samples', `${name}_open`)).toEqual({ '': [-2] });
    expect(await values('otel_samples', `${name}_temperature_celsius`)).toEqual({ '': [21.5] });
    expect(await values('otel_samples', `${name}_duration_seconds_bucket`)).toEqual({
      '1': [1],
      '10': [2],
      '+Inf': [3],
    });
    expect(await values('otel_samples', `${name}_duration_seconds_sum`)).toEqual({ '': [55.5] });
    expect(await values('otel_samples', `${name}_duration_seconds_count`)).toEqual({ '': [3] });
    expect(
      await target.rows('otel_metric_metadata', 'otel_name', `${prefix}.c.requests`),
    ).toMatchObject([{ name: `${name}_requests_total`, type: 'counter', help: 'Requests.' }]);
    expect(await target.rows('otel_histograms', 'name', `${name}_exponential`)).toMatchObject([
      { count: 4, sum: 7, zero_count: 1, min: 0, max: 4, flags: 7, negative_counts: [] },
    ]);
  });

  it('delta metrics', async () => {
    await exportMetrics(`${prefix}.d`, AggregationTemporalityPreference.DELTA);
    const name = `${prefix}_d`;
    expect(await values('otel_delta_samples', `${name}_requests_total`)).toEqual({ '': 5 });
    expect(await values('otel_delta_samples', `${name}_duration_seconds_bucket`)).toEqual({
      '1': 1,
      '10': 2,
      '+Inf': 3,
    });
    const [exponential] = await target.rows('otel_histograms', 'name', `${name}_exponential`);
    expect(exponential).toMatchObject({ count: 4, sum: 7, zero_count: 1 });
    // An up-down counter is cumulative in both, and a gauge has no temporality.
    expect(await values('otel_samples', `${name}_open`)).toEqual({ '': [-2] });
    expect(await values('otel_samples', `${name}_temperature_celsius`)).toEqual({ '': [21.5] });
  });

  it('target_info', async () => {
    const infos = await seriesOf('target_info');
    const own = infos.filter(({ labels }) => labels.get('job') === `shop/${service}`);
    expect(own.map(({ labels }) => Object.fromEntries(labels))).toEqual([
      { host_cpus: '4', instance: 'one', job: `shop/${service}` },
    ]);
  });
});

it('counts by transport what it accepted', () => {
  const family = target.pipelineMeter
    .collect()
    .find(({ name }) => name === 'otelcol_receiver_accepted_spans');
  expect(family?.points).toEqual([
    { labels: { receiver: 'otlp', transport: 'grpc' }, value: 4 },
    { labels: { receiver: 'otlp', transport: 'http' }, value: 8 },
  ]);
});
