import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createMeter } from './meter.ts';
import { toOtlpLogs, toOtlpMetrics, toOtlpSpans } from './otlp-json.ts';
import { formatPrometheusText } from './prometheus-text.ts';
import { createTracer, parseTraceparent } from './tracer.ts';

const self = { version: '1.2.3', instanceId: 'i' };

describe('meter and the text format', () => {
  it('counts per label set, whatever the order of labels', () => {
    const meter = createMeter();
    const counter = meter.counter('a_total', 'Things.');
    counter.add(1, { x: '1', y: '2' });
    counter.add(2, { y: '2', x: '1' });
    counter.add(4, { x: 'quo"te\n' });
    expect(formatPrometheusText(meter.collect())).toBe(
      '# HELP a_total Things.\n# TYPE a_total counter\na_total{x="1",y="2"} 3\na_total{x="quo\\"te\\n"} 4\n',
    );
  });

  it('names what has not counted yet', () => {
    const meter = createMeter();
    meter.counter('a_total', 'Things.');
    expect(formatPrometheusText(meter.collect())).toBe(
      '# HELP a_total Things.\n# TYPE a_total counter\n',
    );
  });

  it('gives one instrument per name', () => {
    const meter = createMeter();
    meter.counter('a_total', 'Things.').add(1);
    meter.counter('a_total', 'Things.').add(1);
    expect(meter.collect()[0]?.points).toEqual([{ labels: {}, value: 2 }]);
  });

  it('asks the keeper of a family until it is taken away', () => {
    const meter = createMeter();
    const read = () => [{ labels: {}, value: 7 }];
    const remove = meter.add({ name: 'a_total', help: 'Things.', kind: 'counter', read });
    expect(formatPrometheusText(meter.collect())).toContain('a_total 7\n');
    remove();
    expect(meter.collect()).toEqual([]);
  });

  it('prints histograms cumulatively', () => {
    const meter = createMeter();
    const histogram = meter.histogram('h_seconds', 'Time.', [1, 2]);
    for (const value of [0.5, 1.5, 5]) histogram.record(value);
    expect(formatPrometheusText(meter.collect()).split('\n').slice(2, -1)).toEqual([
      'h_seconds_bucket{le="1"} 1',
      'h_seconds_bucket{le="2"} 2',
      'h_seconds_bucket{le="+Inf"} 3',
      'h_seconds_sum 7',
      'h_seconds_count 3',
    ]);
  });

  it('asks observed gauges when read', () => {
    const meter = createMeter();
    let value = 1;
    meter.observe('g_bytes', 'Size.', () => value);
    value = 7;
    expect(formatPrometheusText(meter.collect())).toContain('g_bytes 7\n');
  });
});

describe('tracer', () => {
  it('nests spans and keeps the caller as parent', async () => {
    const clock = createManualClock(1000);
    const tracer = createTracer(clock);
    const traceId = 'a'.repeat(32);
    const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`;
    await tracer.span('outer', { kind: 'server', traceparent }, async (outer) => {
      clock.advance(5);
      await tracer.span('inner', {}, async () => clock.advance(1));
      outer.set({ rows: 3 });
    });
    const [inner, outer] = tracer.drain();
    expect(outer).toMatchObject({ traceId, parentSpanId: 'b'.repeat(16), attributes: { rows: 3 } });
    expect(inner).toMatchObject({
      traceId,
      parentSpanId: outer?.spanId,
      startUnixNano: 1_005_000_000n,
    });
    expect(outer?.endUnixNano).toBe(1_006_000_000n);
    expect(tracer.drain()).toEqual([]);
  });

  it('marks what throws and passes it on', async () => {
    const tracer = createTracer(createManualClock(0));
    const failing = tracer.span('x', {}, () => Promise.reject(new Error('no luck')));
    await expect(failing).rejects.toThrow('no luck');
    expect(tracer.drain()[0]?.error).toBe('no luck');
  });

  it('drops the oldest and says so', async () => {
    let dropped = 0;
    const tracer = createTracer(createManualClock(0), (count) => {
      dropped += count;
    });
    for (let i = 0; i < 2003; i++) await tracer.span(String(i), {}, async () => {});
    expect(dropped).toBe(3);
    expect(tracer.drain()[0]?.name).toBe('3');
  });

  const bad = (header: string | undefined) =>
    it(`ignores ${header}`, () => expect(parseTraceparent(header)).toBeUndefined());
  bad(undefined);
  bad('nonsense');
  bad(`ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  bad(`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`);
});

describe('OTLP JSON', () => {
  it('turns cumulative buckets into counts of their own', () => {
    const meter = createMeter();
    const histogram = meter.histogram('h_seconds', 'Time.', [1, 2]);
    for (const value of [0.5, 1.5, 1.6, 5]) histogram.record(value);
    meter.counter('n_total', 'Count.').add(2, { a: 'b' });
    const body = toOtlpMetrics(meter.collect(), { startUnixNano: 1n, nowUnixNano: 2n }, self);
    const metrics = body.resourceMetrics[0]?.scopeMetrics[0]?.metrics;
    expect(metrics?.[0]).toMatchObject({
      histogram: {
        dataPoints: [{ bucketCounts: ['1', '2', '1'], explicitBounds: [1, 2], count: '4' }],
      },
    });
    expect(metrics?.[1]).toMatchObject({ name: 'n', sum: { isMonotonic: true } });
  });

  it('keeps ids, times and errors of spans, levels and fields of logs', async () => {
    const tracer = createTracer(createManualClock(1));
    await tracer.span('x', {}, async (span) => span.fail('bad')).catch(() => {});
    const spans = toOtlpSpans(tracer.drain(), self).resourceSpans[0]?.scopeSpans[0]?.spans;
    expect(spans?.[0]).toMatchObject({
      startTimeUnixNano: '1000000',
      status: { code: 2, message: 'bad' },
    });
    const logs = toOtlpLogs([{ timeMs: 1.5, level: 'warn', message: 'm', fields: { n: 1 } }], self);
    expect(logs.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]).toMatchObject({
      timeUnixNano: '1500000',
      severityNumber: 13,
      attributes: [{ key: 'n', value: { intValue: '1' } }],
    });
  });
});
