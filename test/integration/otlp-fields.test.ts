// Every field of OTLP, in every encoding and compression, into the real store. zstd comes from a
// client of the tests' own, compressed by the reference implementation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import type { Signal } from '#model/batch.ts';
import {
  type ClientEncoding,
  sendOtlpGrpc,
  sendOtlpHttp,
  sendOtlpJson,
} from '../lib/otlp-client.ts';
import {
  everyStored,
  hex,
  logBodies,
  logsOf,
  metricsOf,
  nanoOf,
  scopeRow,
  sorted,
  spanId,
  startMs,
  traceId,
  tracesOf,
} from '../lib/otlp-every-field.ts';
import { type OtlpTarget, startOtlpTarget } from '../lib/otlp-target.ts';

let target: OtlpTarget;
beforeAll(async () => {
  target = await startOtlpTarget();
});
afterAll(() => target.stop());

type Sender = (signal: Signal, body: object) => Promise<void>;
const http =
  (encoding: ClientEncoding): Sender =>
  async (signal, body) => {
    const protobuf = otlpJsonToProtobuf(signal, JSON.stringify(body));
    const answer = await sendOtlpHttp(target.url, signal, protobuf, { encoding });
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0]);
  };
const httpJson =
  (encoding: ClientEncoding): Sender =>
  async (signal, body) => {
    const contentType = 'application/json';
    const answer = await sendOtlpHttp(target.url, signal, JSON.stringify(body), {
      encoding,
      contentType,
    });
    expect([answer.status, await answer.json()]).toEqual([200, { partialSuccess: {} }]);
  };
const grpc =
  (encoding: ClientEncoding): Sender =>
  async (signal, body) => {
    const protobuf = otlpJsonToProtobuf(signal, JSON.stringify(body));
    expect(await sendOtlpGrpc(target.url, signal, protobuf, { encoding })).toMatchObject({
      status: 0,
    });
  };

const senders: [string, Sender][] = (['identity', 'gzip', 'zstd'] as const).flatMap((encoding) => [
  [`http_protobuf_${encoding}`, http(encoding)],
  [`http_json_${encoding}`, httpJson(encoding)],
  [`grpc_${encoding}`, grpc(encoding)],
]);

describe.each(senders)('%s', (name, send) => {
  it('spans', async () => {
    await send('traces', tracesOf(name));
    const [row, ...others] = await target.rows('otel_spans', 'service_name', name);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      name: 'every field',
      kind: 5,
      start_unix_nano: nanoOf(startMs),
      duration_nano: 1n,
      status_code: 1,
      status_message: 'fine',
      trace_state: 'a=1,b=2',
      flags: 0x101,
      attributes: everyStored,
      dropped_attributes_count: 1,
      event_time_unix_nano: [nanoOf(startMs), nanoOf(startMs + 1)],
      event_name: ['one', 'two'],
      event_attributes: [everyStored, new Map()],
      event_dropped_attributes_count: [5, 0],
      dropped_events_count: 6,
      link_trace_state: ['c=3'],
      link_flags: [1],
      link_attributes: [everyStored],
      link_dropped_attributes_count: [7],
      dropped_links_count: 8,
    });
    expect(hex(row?.trace_id)).toBe(traceId);
    expect(hex(row?.span_id)).toBe(spanId);
    expect(hex(row?.parent_span_id)).toBe('b1b2b3b4b5b6b7b8');
    const [stored] = await target.rows('otel_scopes', 'scope_id', row?.scope_id as bigint);
    expect(stored).toMatchObject({ ...scopeRow, service_name: name });
    expect(sorted(stored?.scope_attributes)).toEqual(sorted(everyStored));
    expect(sorted(stored?.resource_attributes)).toEqual(
      sorted(new Map([...everyStored, ['service.name', name]])),
    );
  });

  it('log records', async () => {
    await send('logs', logsOf(name));
    const [stream] = await target.rows('otel_log_streams', 'service_name', name);
    expect(stream).toMatchObject({ ...scopeRow, labels: new Map([['service_name', name]]) });
    const rows = await target.rows(
      'otel_logs',
      'stream_id',
      stream?.stream_id as bigint,
      'time_unix_nano',
    );
    expect(rows.map(({ body, body_type }) => [body, body_type])).toEqual(
      logBodies.map(([, text, type]) => [text, type]),
    );
    // A map among the attributes of a record is stored value by value.
    const attributes = new Map([...everyStored, ['kvlist.k', '\x01true']]);
    attributes.delete('kvlist');
    for (const row of rows) {
      expect(row).toMatchObject({
        observed_time_unix_nano: nanoOf(startMs + 50),
        severity_number: 21,
        severity_text: 'Fatal!',
        flags: 1,
        event_name: 'happened',
        attributes,
        dropped_attributes_count: 2,
      });
      expect([hex(row.trace_id), hex(row.span_id)]).toEqual([traceId, spanId]);
    }
  });

  it('data points', async () => {
    await send('metrics', metricsOf(name));
    const series = async (metric: string) =>
      target.rows<{
        series_id: bigint;
        labels: Map<string, string>;
        type: string;
        unit: string;
        temporality: number;
      }>('otel_series', 'name', metric);
    const values = async (tableName: string, metric: string, label = '') => {
      const found: Record<string, unknown> = {};
      for (const { series_id, labels } of await series(metric)) {
        const [row] = await target.rows(tableName, 'series_id', series_id);
        found[labels.get(label) ?? ''] = row?.value;
      }
      return found;
    };
    expect(await values('otel_samples', `${name}_gauge_bytes`)).toEqual({ '': [-7] });
    const [gauge] = await series(`${name}_gauge_bytes`);
    const labels = Object.fromEntries(gauge?.labels ?? []);
    expect(labels).toMatchObject({
      job: name,
      string: 'naïve ✓ 🎈',
      bool: 'false',
      int: '-9223372036854775808',
      array: '[1,"b",2.0]',
      otel_scope_name: 'scope',
      otel_scope_version: '1',
    });
    // An empty label value is no label at all to Prometheus.
    expect(Object.values(labels)).not.toContain('');
    expect(gauge).toMatchObject({ type: 'gauge', unit: 'By' });
    expect(await values('otel_samples', `${name}_sum_seconds_total`)).toEqual({ '': [2.5] });
    expect(await values('otel_delta_samples', `${name}_delta_total`)).toEqual({ '': 3 });
    expect(await values('otel_samples', `${name}_histogram_bucket`, 'le')).toEqual({
      '1': [1],
      '10': [3],
      '+Inf': [6],
    });
    expect(await values('otel_samples', `${name}_histogram_sum`)).toEqual({ '': [40.5] });
    expect(await values('otel_samples', `${name}_histogram_count`)).toEqual({ '': [6] });
    expect(await values('otel_delta_samples', `${name}_delta_histogram_bucket`, 'le')).toEqual({
      '1': 1,
      '10': 3,
      '+Inf': 6,
    });
    expect(await values('otel_samples', `${name}_summary`, 'quantile')).toEqual({
      '0.5': [10],
      '0.99': [20],
    });
    expect(await values('otel_samples', `${name}_summary_count`)).toEqual({ '': [9] });
    expect(await target.rows('otel_histograms', 'name', `${name}_exponential`)).toMatchObject([
      {
        time: nanoOf(startMs) / 1_000_000n,
        start_time: nanoOf(startMs - 60_000) / 1_000_000n,
        count: 10,
        sum: -3,
        min: -8,
        max: 16,
        scale: 2,
        zero_count: 1,
        zero_threshold: 0.25,
        positive_spans: [-2, 3],
        positive_counts: [1, 0, 4],
        negative_spans: [6, 1],
        negative_counts: [4],
        flags: 7,
      },
    ]);
    expect(await target.rows('otel_exemplars', 'name', `${name}_sum_seconds_total`)).toMatchObject([
      { value: 7.5, attributes: new Map([['user', 'ann']]) },
    ]);
    const [ofBucket] = await target.rows('otel_exemplars', 'name', `${name}_histogram_bucket`);
    expect([hex(ofBucket?.trace_id), hex(ofBucket?.span_id)]).toEqual([traceId, spanId]);
    const [stale] = await target.rows<{ value: number[]; has_stale: number }>(
      'otel_samples',
      'name',
      `${name}_stale`,
    );
    expect([stale?.value, stale?.has_stale]).toEqual([[Number.NaN], 1]);
  });
});

it('stores once what is sent again', async () => {
  const body = tracesOf('again');
  for (let i = 0; i < 3; i++)
    expect((await sendOtlpJson(target.url, 'traces', body)).status).toBe(200);
  expect(await target.rows('otel_spans', 'service_name', 'again')).toHaveLength(1);
});
