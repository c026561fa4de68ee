// A purchase traced by the official OpenTelemetry SDK through two services, by all its exporters of traces,
// read back through every API: each value that the program set is there, under the name that each API has.

import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { attributes, type Json } from '../lib/otlp-json.ts';
import {
  spanNames as all,
  buy,
  buyUnsampled,
  conditions,
  conditionsOfOtlp,
  everyType,
  inPay,
  inShop,
  type Purchase,
} from '../lib/sdk-shop.ts';
import { fieldsOf, messagesOf, textOf, textsOf } from '../lib/tempo-grpc-client.ts';
import { TraceProgram } from '../lib/trace-program.ts';

let program: TraceProgram;
beforeAll(async () => {
  const config = { 'service_graph.wait': '1s', 'span_metrics.dimensions': ['customer.tier'] };
  program = await TraceProgram.start(config);
});
afterAll(() => program?.sightline.stop());

type Transport = 'grpc' | 'proto' | 'json' | 'zipkin';

function exporterOf(transport: Transport): SpanExporter {
  const { otlpGrpc, zipkin } = program.sightline.ports;
  const url = `${program.otlpUrl}/v1/traces`;
  switch (transport) {
    case 'grpc':
      return new GrpcExporter({ url: `http://127.0.0.1:${otlpGrpc}` });
    case 'proto':
      return new ProtoExporter({ url });
    case 'json':
      return new JsonExporter({ url });
    case 'zipkin':
      return new ZipkinExporter({ url: `http://127.0.0.1:${zipkin}/api/v2/spans` });
  }
}

interface KeyValue {
  readonly key: string;
  readonly value: object;
}
interface TempoSpan {
  readonly name: string;
  readonly attributes: readonly KeyValue[];
}
interface ResourceSpans {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly TempoSpan[] }[];
}
interface JaegerSpan {
  readonly operationName: string;
  readonly processID: string;
}
interface JaegerTrace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, object>>;
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const hexOf = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');
const byKey = (a: KeyValue, b: KeyValue): number => (a.key < b.key ? -1 : 1);
const tier = attributes({ 'customer.tier': 'gold' });

/** What each exporter can say: Zipkin has neither links nor scopes, nor types and fields of events. */
describe.each<Transport>(['grpc', 'proto', 'json', 'zipkin'])('exported by %s', (transport) => {
  const isOtlp = transport !== 'zipkin';
  let bought: Purchase;
  beforeAll(async () => {
    bought = await buy(transport, Date.now() - 5000, () => exporterOf(transport));
    await eventually('four spans', async () => {
      const { trace } = await program.json<{ trace: { resourceSpans?: ResourceSpans[] } }>(
        `/tempo/api/v2/traces/${bought.traceId}`,
      );
      const scopes = (trace.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans);
      return scopes.flatMap(({ spans }) => spans).length === 4 || undefined;
    });
    await program.sightline.flush();
  });

  const nano = (ms: number): string => String(bought.startNano + BigInt(ms * 1e6));
  const times = (from: number, to: number) => ({
    startTimeUnixNano: nano(from),
    endTimeUnixNano: nano(to),
  });

  it('Tempo: the trace as JSON', async () => {
    const path = `/tempo/api/traces/${bought.traceId}`;
    const { batches } = await program.json<{ batches: ResourceSpans[] }>(path);
    const resourceOf = (service: string) =>
      attributes({
        'host.cpus': isOtlp ? 4 : '4',
        'service.name': service,
        'service.version': '4.5.6',
      });
    expect(batches.map(({ resource }) => [...resource.attributes].sort(byKey))).toEqual([
      resourceOf(bought.shop),
      resourceOf(bought.pay),
    ]);
    const scopes = batches.flatMap(({ scopeSpans }) => scopeSpans);
    const scopeOf = (name: string, version: string) => ({ name, version });
    expect(scopes.map(({ scope }) => scope)).toEqual(
      isOtlp
        ? [
            scopeOf('web', '1.2.3'),
            scopeOf('http', '1.2.3'),
            scopeOf('http', '1.2.3'),
            scopeOf('db', '2.0.0'),
          ]
        : [{}, {}],
    );
    const { ids, linked } = bought;
    const traceId = base64(bought.traceId);
    const idsOf = (name: keyof typeof ids, parent?: keyof typeof ids) => ({
      traceId,
      spanId: base64(ids[name]),
      name,
      ...(parent ? { parentSpanId: base64(ids[parent]) } : {}),
    });
    // 0x100: it is known whether the parent is remote; 0x200: it is. https://opentelemetry.io/docs/specs/otel
    const flags = (value: number) => (isOtlp ? { flags: value } : {});
    const typed: Json[] = isOtlp
      ? attributes(everyType as never)
      : Object.entries(everyType).map(([key, value]) => ({
          key,
          value: { stringValue: String(value) },
        }));
    const event = (name: string, ms: number, fields: unknown) => ({
      name,
      timeUnixNano: nano(ms),
      ...(isOtlp ? { attributes: fields } : {}),
    });
    const link = {
      traceId: base64(linked.traceId),
      spanId: base64(linked.spanId),
      attributes: attributes({ reason: 'retry', try: 2 }),
      flags: 0x101,
    };
    const errorTag = attributes({ 'customer.tier': 'gold', error: 'declined' });
    expect(scopes.flatMap(({ spans }) => spans)).toEqual([
      {
        ...idsOf('checkout'),
        ...times(0, 100),
        ...flags(0x101),
        kind: 'SPAN_KIND_SERVER',
        attributes: [...typed, ...tier],
        status: {},
      },
      {
        ...idsOf('charge-client', 'checkout'),
        ...times(10, 70),
        ...flags(0x101),
        kind: 'SPAN_KIND_CLIENT',
        attributes: tier,
        status: { code: 'STATUS_CODE_ERROR' },
      },
      {
        ...idsOf('charge', 'charge-client'),
        ...times(20, 60),
        ...flags(0x301),
        kind: 'SPAN_KIND_SERVER',
        attributes: isOtlp ? tier : errorTag,
        events: [
          event('exception', 45, [
            ...attributes({ 'exception.type': 'TypeError', 'exception.message': 'card declined' }),
            { key: 'exception.stacktrace', value: { stringValue: expect.stringContaining('at ') } },
          ]),
        ],
        ...(isOtlp ? { links: [link] } : {}),
        status: { code: 'STATUS_CODE_ERROR', message: 'declined' },
      },
      {
        ...idsOf('insert', 'charge'),
        ...times(30, 40),
        ...flags(0x101),
        ...(isOtlp ? { kind: 'SPAN_KIND_INTERNAL' } : {}),
        attributes: tier,
        events: [event('cache.miss', 32, attributes({ key: 'k', size: 7 }))],
        status: { code: 'STATUS_CODE_OK' },
      },
    ]);
  });

  it('Tempo: the trace as protobuf', async () => {
    const url = `${program.sightline.url}/tempo/api/v2/traces/${bought.traceId}`;
    const answer = await fetch(url, { headers: { accept: 'application/protobuf' } });
    const [trace] = messagesOf(fieldsOf(new Uint8Array(await answer.arrayBuffer())), 1);
    const scopes = messagesOf(trace ?? new Map(), 1).flatMap((one) => messagesOf(one, 2));
    const spans = scopes.flatMap((one) => messagesOf(one, 2));
    const { ids } = bought;
    expect(
      spans.map((span) => [
        textOf(span, 5),
        hexOf(span.get(2)?.[0]),
        hexOf(span.get(4)?.[0] ?? []),
        span.get(6)?.[0] ?? 0,
        messagesOf(span, 15).map((status) => [textOf(status, 2), status.get(3)?.[0] ?? 0]),
        messagesOf(span, 11).flatMap((one) => textsOf(one, 2)),
        messagesOf(span, 13).map((one) => hexOf(one.get(1)?.[0])),
      ]),
    ).toEqual([
      ['checkout', ids.checkout, '', 2, [['', 0]], [], []],
      ['charge-client', ids['charge-client'], ids.checkout, 3, [['', 2]], [], []],
      [
        'charge',
        ids.charge,
        ids['charge-client'],
        2,
        [['declined', 2]],
        ['exception'],
        isOtlp ? [bought.linked.traceId] : [],
      ],
      ['insert', ids.insert, ids.charge, isOtlp ? 1 : 0, [['', 1]], ['cache.miss'], []],
    ]);
  });

  const found = async (condition: string): Promise<string[]> => {
    const q = `{ trace:id = "${bought.traceId}" && ${condition} } | select(name)`;
    const { traces = [] } = await program.json<{
      traces?: { spanSets: { spans: { name: string }[] }[] }[];
    }>('/tempo/api/search', { q, spss: '10' });
    return traces.flatMap(({ spanSets }) => spanSets.flatMap((s) => s.spans.map((x) => x.name)));
  };

  it.each(isOtlp ? [...conditions, ...conditionsOfOtlp] : conditions)(
    'TraceQL: %s',
    async (condition, names) => {
      expect(await found(condition)).toEqual(names);
    },
  );

  it('TraceQL: ids and families', async () => {
    const { ids } = bought;
    expect(await found(`span:id = "${ids.insert}"`)).toEqual(['insert']);
    expect(await found(`span:parentID = "${ids.charge}"`)).toEqual(['insert']);
    expect(await found(`resource.service.name = "${bought.shop}" } > {`)).toEqual([
      'charge-client',
      'charge',
    ]);
    expect(await found('status = error } >> { status = ok')).toEqual(['insert']);
  });

  it('TraceQL metrics', async () => {
    const ask = async (stages: string) => {
      const q = `{ trace:id = "${bought.traceId}" } | ${stages}`;
      const { series = [] } = await program.json<{
        series?: { labels: readonly KeyValue[]; value: number }[];
      }>('/tempo/api/metrics/query', { q, since: '5m' });
      return series.map(({ labels, value }) => ({ labels, value }));
    };
    const byService = await ask('count_over_time() by (resource.service.name)');
    expect(byService).toHaveLength(2);
    expect(byService).toEqual(
      expect.arrayContaining([
        { labels: attributes({ 'resource.service.name': bought.pay }), value: inPay.length },
        { labels: attributes({ 'resource.service.name': bought.shop }), value: inShop.length },
      ]),
    );
    const [longest, ...more] = await ask('max_over_time(duration)');
    expect([longest?.value, more]).toEqual([0.1, []]);
  });

  it('Jaeger: every field', async () => {
    const path = `/jaeger/api/traces/${bought.traceId}`;
    const [trace] = (await program.json<{ data: JaegerTrace[] }>(path)).data;
    const tag = (key: string, value: unknown, type = 'string') => ({ key, type, value });
    const charge = trace?.spans.find(({ operationName }) => operationName === 'charge');
    const reference = (refType: string, traceID: string, spanID: string) => ({
      refType,
      traceID,
      spanID,
    });
    const micro = Number(bought.startNano / 1000n);
    const exception = [
      tag('exception.type', 'TypeError'),
      tag('exception.message', 'card declined'),
      tag('exception.stacktrace', expect.stringContaining('at ')),
    ];
    const scope = [tag('otel.scope.name', 'http'), tag('otel.scope.version', '1.2.3')];
    expect(charge).toEqual({
      traceID: bought.traceId,
      spanID: bought.ids.charge,
      ...(isOtlp ? { flags: 1 } : {}),
      operationName: 'charge',
      references: [
        reference('CHILD_OF', bought.traceId, bought.ids['charge-client']),
        ...(isOtlp ? [reference('FOLLOWS_FROM', bought.linked.traceId, bought.linked.spanId)] : []),
      ],
      startTime: micro + 20_000,
      duration: 40_000,
      tags: [
        ...(isOtlp ? scope : []),
        tag('customer.tier', 'gold'),
        ...(isOtlp ? [] : [tag('error', 'declined')]),
        tag('span.kind', 'server'),
        tag('otel.status_code', 'ERROR'),
        ...(isOtlp ? [tag('error', true, 'bool')] : []),
        tag('otel.status_description', 'declined'),
      ],
      logs: [
        {
          timestamp: micro + 45_000,
          fields: [tag('event', 'exception'), ...(isOtlp ? exception : [])],
        },
      ],
      processID: charge?.processID,
      warnings: null,
    });
    expect(trace?.processes[charge?.processID ?? '']).toEqual({
      serviceName: bought.pay,
      tags: [
        isOtlp ? tag('host.cpus', 4, 'int64') : tag('host.cpus', '4'),
        tag('service.version', '4.5.6'),
      ],
    });
    const { data } = await program.json<{ data: object[] }>(
      `/jaeger/api/services/${bought.pay}/operations`,
    );
    expect(data).toEqual(inPay);
  });

  it('span metrics and the service graph', async () => {
    const calls = await program.promql(
      `traces_spanmetrics_calls_total{service=~"(shop|pay)-${transport}"}`,
    );
    const kinds = ['SERVER', 'CLIENT', 'SERVER', isOtlp ? 'INTERNAL' : 'UNSPECIFIED'];
    const codes = ['UNSET', 'ERROR', 'ERROR', 'OK'];
    const expected = all.map((name, i) => ({
      metric: {
        __name__: 'traces_spanmetrics_calls_total',
        service: i < 2 ? bought.shop : bought.pay,
        span_name: name,
        span_kind: `SPAN_KIND_${kinds[i]}`,
        status_code: `STATUS_CODE_${codes[i]}`,
        customer_tier: 'gold',
      },
      value: 1,
    }));
    expect(calls).toHaveLength(4);
    expect(calls).toEqual(expect.arrayContaining(expected));
    const selector = `{client="${bought.shop}",server="${bought.pay}"}`;
    const value = async (query: string) => (await program.promql(query))[0]?.value;
    const graph = 'traces_service_graph_request';
    await eventually('the edge', async () => {
      await program.sightline.flush();
      return (await value(`${graph}_total${selector}`)) === 1 || undefined;
    });
    expect(await value(`${graph}_failed_total${selector}`)).toBe(1);
    expect(await value(`${graph}_server_seconds_sum${selector}`)).toBeCloseTo(0.04, 9);
    expect(await value(`${graph}_client_seconds_sum${selector}`)).toBeCloseTo(0.06, 9);
    const latency = `traces_spanmetrics_latency_sum{service="${bought.shop}",span_kind="SPAN_KIND_SERVER"}`;
    expect(await value(latency)).toBeCloseTo(0.1, 9);
  });
});

it('what the headers say is not sampled never comes', async () => {
  const traceId = '12'.repeat(16);
  await buyUnsampled(traceId, () => exporterOf('proto'));
  expect((await program.get(`/tempo/api/traces/${traceId}`)).status).toBe(404);
});

it('nothing was logged as our own mistake', () => {
  expect(program.errors).toEqual([]);
});
