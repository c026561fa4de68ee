import { describe, expect, it, vi } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createMeter } from './meter.ts';
import { createSelfExport } from './self-export.ts';
import { createTracer } from './tracer.ts';

function setUp(send: (signal: string, request: object) => Promise<void>, metricsIntervalMs = 1e6) {
  const clock = createManualClock(1000);
  const meter = createMeter();
  const tracer = createTracer(clock);
  const self = { version: '0', instanceId: 'i' };
  const exporter = createSelfExport({ meter, tracer, self, send, metricsIntervalMs, clock });
  return { meter, tracer, exporter };
}

describe('self export', () => {
  it('writes all three signals, each item once', async () => {
    const sent: string[] = [];
    const { meter, tracer, exporter } = setUp(async (signal, request) => {
      sent.push(`${signal} ${JSON.stringify(request).match(/"(x_span|x_line|x_metric)"/)?.[1]}`);
    });
    meter.counter('x_metric_total', 'X.').add(1);
    await tracer.span('x_span', {}, async () => {});
    exporter.listener({ timeMs: 0, level: 'info', message: 'x_line', fields: {} });
    await exporter.flush();
    expect(sent).toEqual(['traces x_span', 'logs x_line', 'metrics x_metric']);
    sent.length = 0;
    await exporter.flush();
    expect(sent).toEqual(['metrics x_metric']);
  });

  it('counts what could not be written and goes on', async () => {
    const { meter, tracer, exporter } = setUp(() => Promise.reject(new Error('down')));
    await tracer.span('x_span', {}, async () => {});
    await exporter.flush();
    const points = meter
      .collect()
      .find(({ name }) => name === 'sightline_internal_telemetry_dropped_total')?.points;
    expect(points).toContainEqual({ labels: { signal: 'traces' }, value: 1 });
  });

  it('survives a gauge that cannot be read', async () => {
    const { meter, exporter } = setUp(async () => {});
    meter.observe('x_bytes', 'X.', () => {
      throw new Error('gone');
    });
    await expect(exporter.flush()).resolves.toBeUndefined();
    await expect(exporter.flush()).resolves.toBeUndefined();
  });

  it('keeps a bounded number of records and counts the rest', async () => {
    let lines = 0;
    const { meter, exporter } = setUp(async (signal, request) => {
      if (signal === 'logs') lines = JSON.stringify(request).match(/timeUnixNano/g)?.length ?? 0;
    });
    for (let i = 0; i < 2005; i++) {
      exporter.listener({ timeMs: i, level: 'info', message: 'm', fields: {} });
    }
    await exporter.flush();
    expect(lines).toBe(2000);
    expect(meter.collect()[0]?.points).toEqual([{ labels: { signal: 'logs' }, value: 5 }]);
  });

  it('does not pile up rounds while a write takes long, and stops all the same', async () => {
    vi.useFakeTimers();
    try {
      const finishes: (() => void)[] = [];
      const { exporter } = setUp(() => new Promise((resolve) => finishes.push(resolve)), 2000);
      exporter.start();
      for (let i = 0; i < 100; i++) {
        exporter.listener({ timeMs: i, level: 'info', message: 'm', fields: {} });
        await vi.advanceTimersByTimeAsync(2000);
      }
      expect(finishes).toHaveLength(1);
      let isStopped = false;
      const stopped = exporter.stop(500).then(() => {
        isStopped = true;
      });
      await vi.advanceTimersByTimeAsync(500);
      expect(isStopped).toBe(true);
      await stopped;
      // The round that hung, one each that waited (of events with all 100 records), the flush.
      for (let i = 0; i < 10; i++) {
        finishes[i]?.();
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(finishes.length).toBeLessThanOrEqual(4);
    } finally {
      vi.useRealTimers();
    }
  });
});
