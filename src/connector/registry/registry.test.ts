import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { Pairs } from '#model/canonical.ts';
import { IdentityCache } from '#model/identity.ts';
import { SampleSink } from '../../../test/lib/sample-sink.ts';
import { createMetricRegistry, type RegistrySettings } from './registry.ts';

const startMs = 480_000 * 3_600_000;
const name = 'traces_spanmetrics_calls_total';
const labels: Pairs = [['service', 'a']];
const series = `${name}{service="a"}`;

function setUp(settings: Partial<RegistrySettings> = {}) {
  const clock = createManualClock(startMs);
  const consumer = new SampleSink();
  const meter = createMeter();
  const registry = createMetricRegistry(
    {
      intervalMs: 15_000,
      staleAfterMs: 60_000,
      seriesMax: 100,
      histograms: 'classic',
      ...settings,
    },
    { consumer, clock, meter, logger: silentLogger, identities: new IdentityCache() },
  );
  const round = async (): Promise<void> => {
    clock.advance(15_000);
    await registry.flush();
  };
  const counted = (metric: string): number | undefined =>
    meter.collect().find((family) => family.name === metric)?.points[0]?.value;
  return { clock, consumer, registry, round, counted };
}

const at = (seconds: number): number => startMs + seconds * 1000;

describe('series', () => {
  it('begin with 0 after the last time of writing, and have one sample per interval', async () => {
    const { consumer, registry, round } = setUp();
    const counter = registry.counter('', name, labels);
    counter.add(2);
    expect(registry.counter('', name, labels)).toBe(counter);
    await round();
    await round();
    registry.counter('', name, [['service', 'b']]).add(5);
    counter.add(1);
    await round();
    expect(consumer.of(series)).toEqual([
      [at(0) + 1, 0],
      [at(15), 2],
      [at(30), 2],
      [at(45), 3],
    ]);
    expect(consumer.of(`${name}{service="b"}`)).toEqual([
      [at(30) + 1, 0],
      [at(45), 5],
    ]);
    expect(consumer.metadata).toEqual([name]);
  });

  it('of tenants are apart', async () => {
    const { consumer, registry, round } = setUp();
    registry.counter('x', name, labels).add(1);
    registry.counter('y', name, labels).add(2);
    await round();
    expect(consumer.tenants).toEqual(['x', 'y']);
    expect(consumer.samples.map(({ value }) => value)).toEqual([0, 1, 0, 2]);
  });

  it('of many tenants are written together, whatever becomes of one', async () => {
    const { consumer, registry, round } = setUp();
    const consume = consumer.consume.bind(consumer);
    let release = (): void => {};
    const enough = new Promise<void>((resolve) => {
      release = resolve;
    });
    let waiting = 0;
    // As a group commit, which waits for others.
    consumer.consume = async (batch) => {
      if (++waiting === 20) release();
      await enough;
      if (batch.tenant === 't0') throw new Error('refused');
      return consume(batch);
    };
    const tenants = Array.from({ length: 100 }, (_, i) => `t${i}`);
    for (const tenant of tenants) registry.counter(tenant, name, labels).add(1);
    await expect(round()).rejects.toThrow('refused');
    expect(consumer.tenants.toSorted()).toEqual(tenants.slice(1).toSorted());
  });

  it('go on in time when the clock is set back: a little at once, far with the clock', async () => {
    const { clock, consumer, registry } = setUp();
    clock.advance(15_000);
    registry.counter('', name, labels).add(1);
    await registry.flush();
    clock.advance(-10_000);
    await registry.flush();
    registry.counter('', name, [['service', 'b']]).add(2);
    clock.advance(-3_600_000);
    await registry.flush();
    expect(consumer.of(series)).toEqual([
      [at(0) + 1, 0],
      [at(15), 1],
      [at(15) + 2, 1],
      [at(-3595), 1],
    ]);
    expect(consumer.of(`${name}{service="b"}`)).toEqual([
      [at(-3595) - 1, 0],
      [at(-3595), 2],
    ]);
  });

  it('are written as a gauge without a 0', async () => {
    const { consumer, registry, round } = setUp();
    registry.gauge('', 'traces_target_info', labels).set(1);
    await round();
    expect(consumer.of('traces_target_info{service="a"}')).toEqual([[at(15), 1]]);
  });

  it('say which process has counted, if there are several', async () => {
    const { consumer, registry, round } = setUp({ instance: 'host:3000' });
    registry.counter('', name, labels).add(1);
    await round();
    expect(consumer.last(name)).toEqual({
      [`${name}{__metrics_gen_instance="host:3000",service="a"}`]: 1,
    });
  });

  it('end with a stale marker when nothing came for long, and begin anew', async () => {
    const { consumer, registry, round } = setUp();
    const counter = registry.counter('', name, labels);
    counter.add(1);
    for (let i = 0; i < 5; i++) await round();
    expect(counter.isAlive).toBe(false);
    const next = registry.counter('', name, labels);
    next.add(7);
    await round();
    await round();
    expect(next.isAlive).toBe(true);
    expect(consumer.of(series).slice(-4)).toEqual([
      [at(75), Number.NaN],
      [at(75) + 1, 0],
      [at(90), 7],
      [at(105), 7],
    ]);
  });
});

describe('what cannot be written', () => {
  const failure = new OperationError('test_down', 'down', { retryable: true });

  it('comes with the next round: counts, the first 0 and stale markers', async () => {
    const { consumer, registry, round } = setUp();
    registry.counter('', name, labels).add(1);
    consumer.failure = failure;
    await expect(round()).rejects.toThrow('down');
    registry.counter('', name, labels).add(1);
    await round();
    expect(consumer.of(series)).toEqual([
      [at(0) + 1, 0],
      [at(30), 2],
    ]);
    for (let i = 0; i < 3; i++) await round();
    consumer.failure = failure;
    await expect(round()).rejects.toThrow('down');
    await round();
    expect(consumer.of(series).at(-1)).toEqual([at(90), Number.NaN]);
  });

  it('comes however long that lasts, before the series ends', async () => {
    const { consumer, registry, round } = setUp();
    registry.counter('', name, labels).add(1);
    await round();
    registry.counter('', name, labels).add(2);
    for (let i = 0; i < 10; i++) {
      consumer.failure = failure;
      await expect(round()).rejects.toThrow('down');
    }
    for (let i = 0; i < 5; i++) await round();
    expect(consumer.of(series).slice(1)).toEqual([
      [at(15), 1],
      [at(180), 3],
      [at(195), 3],
      [at(210), 3],
      [at(225), 3],
      [at(240), Number.NaN],
    ]);
  });

  it('is counted when the last round fails, which throws nothing', async () => {
    const { consumer, registry, counted } = setUp();
    registry.counter('', name, labels).add(1);
    consumer.failure = failure;
    await registry.stop();
    expect(counted('sightline_trace_metrics_write_failures_total')).toBe(1);
    await registry.stop();
    expect(consumer.last(name)).toEqual({ [series]: 1 });
  });
});

describe('a store that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gets one round at a time, and does not keep the program from stopping', async () => {
    const { consumer, registry, counted } = setUp();
    let asked = 0;
    consumer.consume = () => {
      asked++;
      return new Promise(() => {});
    };
    registry.counter('', name, labels).add(1);
    registry.start();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(asked).toBe(1);
    const stopped = registry.stop();
    await vi.advanceTimersByTimeAsync(5000);
    await stopped;
    expect(counted('sightline_trace_metrics_write_failures_total')).toBe(1);
  });
});

describe('too many series', () => {
  it('are counted in one of their metric, so that the sum stays right', async () => {
    const { consumer, registry, round, counted } = setUp({ seriesMax: 2 });
    for (const service of ['a', 'b', 'c', 'd', 'a']) {
      registry.counter('', name, [['service', service]]).add(1);
    }
    expect(registry.counter('', name, [['service', 'e']]).isOverflow).toBe(true);
    await round();
    expect(consumer.last(name)).toEqual({
      [`${name}{service="a"}`]: 2,
      [`${name}{service="b"}`]: 1,
      [`${name}{metric_overflow="true"}`]: 2,
    });
    expect(counted('sightline_trace_metrics_overflow_total')).toBe(3);
    expect(counted('sightline_trace_metrics_series')).toBe(3);
  });
});

describe('histograms', () => {
  const latency = 'traces_spanmetrics_latency';
  const traceIds = Uint8Array.from({ length: 48 }, (_, i) => i);
  const traceId = Buffer.from(traceIds.subarray(16, 32)).toString('hex');

  it('are series per bucket, and lead to the slowest trace of the interval', async () => {
    const { consumer, registry, round } = setUp();
    const histogram = registry.histogram('', latency, labels, [0.002, 1]);
    histogram.observe(0.002, { traceIds, traceIdAt: 0, timeMs: at(1) });
    histogram.observe(1.5, { traceIds, traceIdAt: 16, timeMs: at(2) });
    histogram.observe(1, { traceIds, traceIdAt: 32, timeMs: at(3) }, 2);
    await round();
    await round();
    expect(consumer.last(`${latency}_bucket`)).toEqual({
      [`${latency}_bucket{le="0.002",service="a"}`]: 1,
      [`${latency}_bucket{le="1",service="a"}`]: 3,
      [`${latency}_bucket{le="+Inf",service="a"}`]: 4,
    });
    expect(consumer.of(`${latency}_sum{service="a"}`)).toEqual([
      [at(0) + 1, 0],
      [at(15), 3.502],
      [at(30), 3.502],
    ]);
    expect(consumer.of(`${latency}_count{service="a"}`)[1]).toEqual([at(15), 4]);
    expect(consumer.exemplars).toEqual([
      expect.objectContaining({
        series: `${latency}_bucket{le="+Inf",service="a"}`,
        time: at(2),
        value: 1.5,
        attributes: { traceID: traceId },
      }),
    ]);
  });

  it('are one native series', async () => {
    const { consumer, registry, round } = setUp({ histograms: 'native' });
    const histogram = registry.histogram('', latency, labels, [1]);
    for (const value of [0, 0.5, 1, 1.05, 4]) histogram.observe(value);
    await round();
    expect(consumer.samples).toEqual([]);
    expect(consumer.histograms).toMatchObject([
      { series: `${latency}{service="a"}`, time: at(0) + 1, count: 0, sum: 0 },
      {
        time: at(15),
        count: 5,
        sum: 6.55,
        scale: 3,
        zero_count: 1,
        positive_spans: [-8, 1, 7, 2, 14, 1],
        positive_counts: [1, 1, 1, 1],
      },
    ]);
  });

  it('become coarser rather than large', async () => {
    const { consumer, registry, round } = setUp({ histograms: 'both' });
    const histogram = registry.histogram('', latency, labels, [1]);
    for (let i = -120; i < 120; i++) histogram.observe(2 ** (i / 8));
    await round();
    const { scale, positive_counts } = consumer.histograms.at(-1) as Record<string, unknown>;
    expect(scale).toBe(1);
    const counts = positive_counts as number[];
    expect(counts.length).toBeLessThanOrEqual(100);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(240);
    expect(consumer.last(`${latency}_bucket`)[`${latency}_bucket{le="1",service="a"}`]).toBe(121);
  });
});
