// Native histograms and starts of counting, from a sender to the answer of a query, through the store:
// with push-down and without it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMetrics } from '#codec/otlp/decode.ts';
import { IdentityCache } from '#model/identity.ts';
import { type HistogramSample, SampleBatchBuilder } from '#model/sample-batch.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { encodeOtlp, metricsOf } from '../lib/otlp-json.ts';

const startMs = 480_000 * 3_600_000;
const minuteMs = 60_000;

const none = new Float64Array(0);
const histogramOf = (count: number, schema = 0): HistogramSample => ({
  schema,
  count,
  sum: count * 3,
  zeroThreshold: 0.001,
  zeroCount: 0,
  positiveSpans: Int32Array.of(1, 2),
  positiveCounts: Float64Array.of(count / 2, count / 2),
  negativeSpans: new Int32Array(0),
  negativeCounts: none,
  customBounds: none,
  counterReset: 0,
});

let running: TestStore;
const identities = new IdentityCache();

beforeAll(async () => {
  running = await startTestStore();
  const builder = new SampleBatchBuilder({ tenant: '', identities });
  const of = (name: string, job = 'a') =>
    builder.series([
      ['__name__', name],
      ['job', job],
    ]);
  for (let minute = 0; minute <= 10; minute++) {
    const timeMs = startMs + minute * minuteMs;
    builder.histogram(of('latency'), timeMs, histogramOf(minute * 60));
    builder.number(of('requests_total'), timeMs, minute * 60);
    // Counted anew for every sample, which only the start tells.
    builder.number(of('restarts_total'), timeMs, 60, timeMs - minuteMs);
    builder.histogram(of('fine'), timeMs, histogramOf(4, 9));
    builder.histogram(of('coarse'), timeMs, histogramOf(4, -5));
    if (minute < 5) builder.histogram(of('gone'), timeMs, histogramOf(4));
    else if (minute === 5) builder.stale(of('gone'), timeMs);
    if (minute < 5) builder.number(of('mixed'), timeMs, minute);
    else builder.histogram(of('mixed'), timeMs, histogramOf(4));
  }
  await running.store.writer.write(builder.build());
  const points = Array.from({ length: 11 }, (_, minute) => ({
    timeUnixNano: `${startMs + minute * minuteMs}000000`,
    startTimeUnixNano: `${startMs}000000`,
    count: '60',
    sum: 180,
    scale: 0,
    positive: { offset: 0, bucketCounts: ['30', '30'] },
  }));
  for (const aggregationTemporality of [1, 2]) {
    const name = `otlp_${aggregationTemporality}`;
    const metric = { name, exponentialHistogram: { dataPoints: points, aggregationTemporality } };
    const { batch } = decodeMetrics(encodeOtlp('metrics', metricsOf([metric])), {
      tenant: '',
      nowNano: BigInt(startMs) * 1_000_000n,
      limits: { minUnixNano: undefined, maxUnixNano: undefined },
      identities,
    });
    await running.store.writer.write(batch);
  }
});
afterAll(() => running?.stop());

describe.each(['auto', 'never'] as const)('push-down %s', (pushDown) => {
  const ask = async (query: string, minute = 10) => {
    const engine = createPromqlEngine({ reader: running.store.reader, pushDown });
    const timeMs = startMs + minute * minuteMs;
    const { value, warnings } = await engine.instant({ query, tenant: '', timeMs });
    if (value.kind !== 'vector') throw new Error(value.kind);
    return { samples: value.samples, warnings };
  };
  const histogram = async (query: string, minute = 10): Promise<Histogram | undefined> => {
    const { samples } = await ask(query, minute);
    expect(samples).toHaveLength(1);
    return samples[0]?.histogram;
  };
  const number = async (query: string, minute = 10): Promise<number | undefined> => {
    const { samples } = await ask(query, minute);
    expect(samples.length).toBeLessThanOrEqual(1);
    expect(samples[0]?.histogram).toBeUndefined();
    return samples[0]?.value;
  };

  it('selects and aggregates histograms', async () => {
    expect(await histogram('latency')).toMatchObject({
      count: 600,
      sum: 1800,
      zeroThreshold: 0.001,
      positive: { indexes: Int32Array.of(1, 2), counts: Float64Array.of(300, 300) },
    });
    expect((await histogram('sum by (job) (rate(latency[5m]))'))?.count).toBeCloseTo(1, 12);
    expect(await number('histogram_count(sum(rate(latency[5m])))')).toBeCloseTo(1, 12);
    expect(await number('histogram_quantile(0.5, rate(latency[5m]))')).toBeCloseTo(2, 12);
    expect(await number('sum(rate(requests_total[5m]))')).toBeCloseTo(1, 12);
  });

  it('ends them with a stale marker', async () => {
    expect(await histogram('gone', 4)).toMatchObject({ count: 4 });
    expect((await ask('gone', 5)).samples).toEqual([]);
    expect(await number('count(gone)', 4)).toBe(1);
  });

  it('has floats and histograms in one series', async () => {
    expect(await number('mixed', 4)).toBe(4);
    expect(await histogram('mixed', 5)).toMatchObject({ count: 4 });
    expect(await number('count_over_time(mixed[10m])')).toBe(10);
  });

  it('reduces what is too fine, and leaves out what is too coarse', async () => {
    expect(await histogram('fine')).toMatchObject({
      schema: 8,
      positive: { indexes: Int32Array.of(1), counts: Float64Array.of(4) },
    });
    const { samples, warnings } = await ask('coarse');
    expect(samples).toEqual([]);
    expect(warnings.join()).toContain('native histograms with a schema below -4 were left out');
  });

  it('knows when counting began', async () => {
    expect(await number('increase(restarts_total[5m])')).toBeCloseTo(300, 9);
    expect(await number('sum(increase(requests_total[5m]))')).toBeCloseTo(300, 9);
  });

  it('reads exponential histograms of OpenTelemetry, totals and deltas', async () => {
    expect(await histogram('otlp_2')).toMatchObject({
      count: 60,
      positive: { indexes: Int32Array.of(1, 2), counts: Float64Array.of(30, 30) },
    });
    expect((await histogram('rate(otlp_1[5m])'))?.count).toBeCloseTo(1, 12);
  });
});
