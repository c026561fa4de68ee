// Bytes of another maker: the exporters of the OpenTelemetry SDK for JavaScript, in protobuf and JSON.
import {
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/lib/columns.ts';
import { contextOf, samplesOf } from '../../../test/lib/decode-otlp.ts';
import { decodeLogs, decodeMetrics, decodeTraces } from './decode.ts';
import { otlpJsonToProtobuf } from './json.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'h' });

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the serializer gave nothing');
  return value;
}

describe('what the SDK for JavaScript exports', () => {
  it('spans, in protobuf and in JSON', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    const span = provider.getTracer('lib', '1.2').startSpan('GET /', {
      kind: 1,
      attributes: { s: 'x', i: -3, d: 0.5, b: true, list: ['a', 'b'] },
      startTime: [1_700_000_000, 123],
    });
    span.addEvent('e', { k: 1 });
    span.setStatus({ code: 2, message: 'broken' });
    span.end([1_700_000_001, 124]);
    const spans = exporter.getFinishedSpans();
    const protobuf = present(ProtobufTraceSerializer.serializeRequest(spans));
    const json = new TextDecoder().decode(present(JsonTraceSerializer.serializeRequest(spans)));
    for (const bytes of [protobuf, otlpJsonToProtobuf('traces', json)]) {
      const { batch, rejection } = decodeTraces(bytes, contextOf());
      expect(rejection).toBeUndefined();
      expect(rowsOf(batch, 'otel_spans')).toMatchObject([
        {
          trace_id: span.spanContext().traceId,
          span_id: span.spanContext().spanId,
          name: 'GET /',
          kind: 2,
          start_unix_nano: 1_700_000_000_000_000_123n,
          duration_nano: 1_000_000_001n,
          service_name: 'shop',
          status_code: 2,
          status_message: 'broken',
          attributes: { s: 'x', i: '\x02-3', d: '\x030.5', b: '\x01true', list: '\x05["a","b"]' },
          event_name: ['e'],
          event_attributes: [{ k: '\x021' }],
        },
      ]);
      expect(rowsOf(batch, 'otel_scopes')).toMatchObject([
        { scope_name: 'lib', scope_version: '1.2', resource_attributes: { 'host.name': 'h' } },
      ]);
    }
  });

  it('log records', () => {
    const exporter = new InMemoryLogRecordExporter();
    const processors = [new SimpleLogRecordProcessor({ exporter })];
    const provider = new LoggerProvider({ resource, processors });
    provider.getLogger('lib').emit({
      timestamp: [1_700_000_000, 5],
      severityNumber: 9,
      severityText: 'INFO',
      body: { msg: 'a', n: 1 },
      attributes: { k: 'v' },
      eventName: 'ev',
    });
    const bytes = present(
      ProtobufLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()),
    );
    const { batch } = decodeLogs(bytes, contextOf());
    expect(rowsOf(batch, 'otel_logs')).toMatchObject([
      {
        time_unix_nano: 1_700_000_000_000_000_005n,
        severity_number: 9,
        severity_text: 'INFO',
        body: '{"msg":"a","n":1}',
        body_type: 5,
        attributes: { k: 'v' },
        event_name: 'ev',
      },
    ]);
    expect(rowsOf(batch, 'otel_log_streams')).toMatchObject([{ labels: { service_name: 'shop' } }]);
  });

  it('metrics', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8 });
    const provider = new MeterProvider({
      resource,
      readers: [reader],
      views: [
        { instrumentName: 'e', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
      ],
    });
    const meter = provider.getMeter('lib');
    meter.createCounter('requests', { unit: '{request}' }).add(3, { route: '/' });
    const boundaries = [1, 10];
    meter
      .createHistogram('size', { unit: 'By', advice: { explicitBucketBoundaries: boundaries } })
      .record(5);
    const exponential = meter.createHistogram('e');
    for (const value of [0, 1, 2, 3]) exponential.record(value);
    await reader.forceFlush();
    const bytes = present(
      ProtobufMetricsSerializer.serializeRequest(present(exporter.getMetrics()[0])),
    );
    await provider.shutdown();
    const { batch, rejection } = decodeMetrics(bytes, contextOf());
    expect(rejection).toBeUndefined();
    const scope = 'otel_scope_name="lib"';
    expect(samplesOf(batch)).toEqual({
      [`requests_total{job="shop",${scope},route="/"}`]: [3],
      [`size_bytes_bucket{job="shop",le="1",${scope}}`]: [0],
      [`size_bytes_bucket{job="shop",le="10",${scope}}`]: [1],
      [`size_bytes_bucket{job="shop",le="+Inf",${scope}}`]: [1],
      [`size_bytes_sum{job="shop",${scope}}`]: [5],
      [`size_bytes_count{job="shop",${scope}}`]: [1],
      'target_info{host_name="h",job="shop"}': [1],
    });
    expect(rowsOf(batch, 'otel_histograms')).toMatchObject([
      { name: 'e', count: 4, sum: 6, min: 0, max: 3, zero_count: 1, flags: 7 },
    ]);
    const [{ positive_counts: counts } = {}] = rowsOf(batch, 'otel_histograms');
    expect((counts as number[]).reduce((total, one) => total + one, 0)).toBe(3);
  });
});
