import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { ExemplarReservoir, requestWithExemplars, withExemplars } from './exemplar.ts';

const spanId = 'aaaaaaaaaaaaaaaa';
const within = (traceId: string, traceFlags = TraceFlags.SAMPLED) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
const one = '1'.repeat(32);
const two = '2'.repeat(32);

/** Records with the real SDK and gives back the request that would be sent. */
async function exported(record: (provider: ReturnType<typeof withExemplars>) => void) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const reservoir = new ExemplarReservoir(createManualClock(1000));
  record(withExemplars(provider, reservoir));
  await reader.forceFlush();
  const [metrics] = exporter.getMetrics();
  if (!metrics) throw new Error('nothing was exported');
  const encode = () => JSON.parse(JSON.stringify(requestWithExemplars(metrics, reservoir)));
  const first = encode();
  const again = encode();
  await provider.shutdown();
  const metric = first.resourceMetrics[0].scopeMetrics[0].metrics[0];
  return { points: metric.histogram.dataPoints, again: JSON.stringify(again) };
}

describe('exemplars', () => {
  it('reach the data point of their attributes, one per bucket, the latest', async () => {
    const { points, again } = await exported((provider) => {
      const histogram = provider.getMeter('m').createHistogram('h', { unit: 's' });
      histogram.record(0.03, { a: 'x' }, within(one));
      histogram.record(0.04, { a: 'x' }, within(two));
      histogram.record(3, { a: 'x' }, within(one));
      histogram.record(0.04, { a: 'y' }, within(one));
    });
    expect(points[0].exemplars).toEqual([
      { timeUnixNano: '1000000000', asDouble: 0.04, traceId: two, spanId },
      { timeUnixNano: '1000000000', asDouble: 3, traceId: one, spanId },
    ]);
    expect(points[0].count).toBe(3);
    expect(points[1].exemplars).toHaveLength(1);
    expect(again).not.toContain('exemplars');
  });
  it('come only from sampled spans', async () => {
    const { points } = await exported((provider) => {
      const histogram = provider.getMeter('m').createHistogram('h');
      histogram.record(1, {}, within(one, TraceFlags.NONE));
      histogram.record(1, {}, ROOT_CONTEXT);
    });
    expect(points[0].count).toBe(2);
    expect(points[0].exemplars).toBeUndefined();
  });
});
