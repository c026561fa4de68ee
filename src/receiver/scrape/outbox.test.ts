import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import { settled, TestTime } from '../../../test/lib/scrape-harness.ts';
import { Outbox } from './outbox.ts';

const batch = (items: number, byteLength = 100): Batch<'metrics'> => ({
  signal: 'metrics',
  tenant: '',
  items,
  identities: [],
  rows: [],
  byteLength,
});

function setUp(bytesMax = 10_000) {
  const time = new TestTime();
  const meter = createMeter();
  const taken: number[] = [];
  const store: { error: Error | undefined; asked: number } = { error: undefined, asked: 0 };
  const outbox = new Outbox({
    consumer: {
      consume: async ({ items }) => {
        store.asked++;
        await new Promise((resolve) => setImmediate(resolve));
        if (store.error) throw store.error;
        taken.push(items);
        return { accepted: items, rejected: undefined };
      },
    },
    meter,
    logger: silentLogger,
    sleep: time.sleep,
    bytesMax,
  });
  const dropped = () =>
    meter.collect().find(({ name }) => name === 'sightline_scrape_dropped_samples_total')?.points;
  return { time, outbox, taken, store, dropped };
}

const away = new OperationError('store_away', 'the engine is away', { retryable: true });

describe('the outbox', () => {
  it('sends at once', async () => {
    const { outbox, taken } = setUp();
    for (let i = 1; i <= 3; i++) outbox.push(batch(i));
    await settled();
    await settled();
    expect(taken).toEqual([1, 2, 3]);
    expect(outbox.bytes).toBe(0);
  });

  it('keeps what the store cannot take, and sends it in the order of the scrapes', async () => {
    const { outbox, taken, store, time, dropped } = setUp();
    store.error = away;
    for (let i = 1; i <= 5; i++) outbox.push(batch(i));
    await time.advance(20_000);
    expect(taken).toEqual([]);
    expect(outbox.bytes).toBe(500);
    // One at a time, with longer and longer pauses.
    expect(store.asked).toBeLessThan(16);
    store.error = undefined;
    outbox.push(batch(6));
    await time.advance(20_000);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
    expect(outbox.bytes).toBe(0);
    expect(dropped()).toEqual([]);
  });

  it('drops the oldest over its bound, and counts the samples', async () => {
    const { outbox, taken, store, time, dropped } = setUp(350);
    store.error = away;
    outbox.push(batch(1));
    await time.advance(1000);
    for (let i = 2; i <= 6; i++) outbox.push(batch(i));
    await time.advance(1000);
    expect(outbox.bytes).toBeLessThanOrEqual(350);
    store.error = undefined;
    await time.advance(60_000);
    expect(taken).toEqual([4, 5, 6]);
    expect(dropped()).toEqual([{ labels: { reason: 'buffer_full' }, value: 6 }]);
  });

  it('drops what can never be taken', async () => {
    const { outbox, taken, store, dropped } = setUp();
    store.error = new OperationError('refused', 'no', { retryable: false });
    outbox.push(batch(1));
    await settled();
    await settled();
    store.error = undefined;
    outbox.push(batch(2));
    await settled();
    await settled();
    expect(taken).toEqual([2]);
    expect(dropped()).toEqual([{ labels: { reason: 'refused' }, value: 1 }]);
  });

  it('stops after the last batch, or when its time is over', async () => {
    const { outbox, taken } = setUp();
    outbox.push(batch(1));
    await outbox.stop(1000);
    expect(taken).toEqual([1]);
    const late = setUp();
    late.store.error = away;
    late.outbox.push(batch(2));
    const stopped = late.outbox.stop(1000);
    await late.time.advance(2000);
    await stopped;
    expect(late.taken).toEqual([]);
    expect(late.dropped()).toEqual([{ labels: { reason: 'stopped' }, value: 2 }]);
  });
});
