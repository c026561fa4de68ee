// The writer against an engine that the test plays: what goes out in which order, what comes back.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock, systemClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { Batch, TableName } from '#model/batch.ts';
import { string } from '#model/column.ts';
import type { StoreWriter } from '../contract.ts';
import type { Connection } from '../driver/connection.ts';
import type { Driver } from '../driver/driver.ts';
import { CommitLog } from './write-log.ts';
import { createWriter, type WriterOptions } from './writer.ts';

interface Insert {
  readonly table: string;
  readonly bytes: string;
  readonly settings: Readonly<Record<string, string | number>> | undefined;
  readonly finish: (error?: Error) => void;
}

/** An engine whose inserts wait until the test finishes them; `next` is the oldest one. */
function playEngine(options: Partial<WriterOptions> = {}) {
  const waiting: Insert[] = [];
  const seen: string[] = [];
  const connection: Pick<Connection, 'insert'> = {
    insert: (statement, chunks, { signal, settings }) =>
      new Promise((resolve, reject) => {
        const table = statement.split(' ')[2] ?? '';
        seen.push(table);
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        const finish = (error?: Error): void => (error ? reject(error) : resolve());
        const bytes = Buffer.concat([...chunks]).toString('latin1');
        waiting.push({ table, bytes, settings, finish });
      }),
  };
  const driver: Pick<Driver, 'connection'> = { connection: async () => connection as Connection };
  const meter = createMeter();
  const writer = createWriter({
    driver: driver as Driver,
    meter,
    logger: silentLogger,
    clock: systemClock,
    commitIntervalMs: 1,
    commitBytes: 1 << 20,
    queueBytesMax: 1000,
    writeDeadlineMs: 300,
    commits: new CommitLog(systemClock),
    ...options,
  });
  const next = async (): Promise<Insert> => {
    await expect.poll(() => waiting.length, { interval: 1 }).toBeGreaterThan(0);
    return waiting.shift() as Insert;
  };
  return { writer, meter, seen, waiting, next };
}

const rows = (table: TableName, text: string) => {
  const name = string();
  name.appendText(text);
  return { table, columns: { name } };
};

const batch = (text: string, more: Partial<Batch> = {}): Batch => ({
  signal: 'metrics',
  tenant: '',
  items: 1,
  identities: [],
  rows: [rows('otel_samples', text)],
  byteLength: 100,
  ...more,
});

const outcome = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'committed',
    (error) =>
      error instanceof OperationError ? `${error.code} ${error.retryable}` : String(error),
  );

describe('createWriter', () => {
  it('gathers more of log lines, and leaves their indexes to merges', async () => {
    const { writer, next } = playEngine({ commitIntervalMs: 10_000, commitBytes: 20 });
    const logs = writer.write(batch('a', { signal: 'logs', rows: [rows('otel_logs', 'a')] }));
    const metrics = writer.write(batch('b'));
    const first = await next();
    const second = await next();
    expect([first.table, second.table]).toEqual(['otel_samples', 'otel_logs']);
    expect(first.settings).not.toHaveProperty('materialize_skip_indexes_on_insert');
    expect(second.settings).toMatchObject({ materialize_skip_indexes_on_insert: 0 });
    first.finish();
    second.finish();
    await Promise.all([logs, metrics]);
  });

  const line = (text: string, more: Partial<Batch> = {}): Batch =>
    batch(text, { signal: 'logs', rows: [rows('otel_logs', text)], ...more });

  it('gathers log lines while a group of them is on the way, and those that come after it', async () => {
    const clock = createManualClock(0);
    const { writer, next, seen } = playEngine({ clock, commitIntervalMs: 5000, commitBytes: 100 });
    const first = writer.write(line('first'));
    clock.advance(40);
    const onTheWay = await next();
    const writes = [writer.write(line('second')), writer.write(line('third'))];
    clock.advance(100);
    onTheWay.finish();
    await first;
    expect(seen).toHaveLength(1);
    writes.push(writer.write(line('fourth')));
    clock.advance(40);
    const { bytes, finish } = await next();
    expect(bytes).toMatch(/second.*third.*fourth/s);
    finish();
    await Promise.all(writes);
  });

  it('sends log lines beside a group on the way when many are there, or when that takes long', async () => {
    const { writer, next } = playEngine({
      commitIntervalMs: 20,
      commitBytes: 100,
      queueBytesMax: 5000,
    });
    const first = writer.write(line('first'));
    const slow = await next();
    const late = writer.write(line('late'));
    (await next()).finish();
    await late;
    const many = writer.write(line('many', { byteLength: 1600 }));
    (await next()).finish();
    await many;
    slow.finish();
    await first;
  });

  it('puts batches that wait together into one block, and identities before rows', async () => {
    const { writer, next, seen } = playEngine();
    let committed = 0;
    const identities = [rows('otel_series', 'series')];
    const writes = [
      writer.write(batch('one', { identities, committed: () => committed++ })),
      writer.write(batch('two')),
    ];
    const first = await next();
    expect(first.table).toBe('otel_series');
    expect(seen).toEqual(['otel_series']);
    first.finish();
    const second = await next();
    expect(second.table).toBe('otel_samples');
    expect(second.bytes).toContain('\x03one\x03two');
    expect(committed).toBe(0);
    second.finish();
    await Promise.all(writes);
    expect(committed).toBe(1);
  });

  it('does not wait for the interval when enough bytes are there', async () => {
    const { writer, next } = playEngine({ commitIntervalMs: 60_000, commitBytes: 200 });
    const writes = [writer.write(batch('a')), writer.write(batch('b'))];
    (await next()).finish();
    await Promise.all(writes);
  });

  it('waits a moment for more when enough bytes are there, and not when many are', async () => {
    const { writer, next, seen } = playEngine({ commitIntervalMs: 60_000, commitBytes: 200 });
    const writes = [writer.write(batch('first')), writer.write(batch('second'))];
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([]);
    writes.push(writer.write(batch('third')));
    const { bytes, finish } = await next();
    expect(bytes).toMatch(/first.*second.*third/s);
    finish();
    await Promise.all(writes);
    const many = writer.write(batch('many', { byteLength: 800 }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toHaveLength(2);
    (await next()).finish();
    await many;
  });

  it('leaves nothing on a signal that lives on', async () => {
    const { writer, next } = playEngine();
    const { signal } = new AbortController();
    const write = writer.write(batch('a'), signal);
    expect(getEventListeners(signal, 'abort')).not.toHaveLength(0);
    (await next()).finish();
    await write;
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('has at most two groups of a signal on the way; other signals do not wait for them', async () => {
    const { writer, next, seen, waiting } = playEngine({ commitBytes: 1 });
    const writes = ['a', 'b', 'c', 'd'].map((text) => writer.write(batch(text)));
    writes.push(writer.write(batch('log', { signal: 'logs', rows: [rows('otel_logs', 'l')] })));
    await expect.poll(() => seen.length).toBe(3);
    expect(seen).toEqual(['otel_samples', 'otel_samples', 'otel_logs']);
    while (waiting.length > 0 || writer.queue.batches > 0) {
      (await next()).finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(writes);
  });

  it('refuses what the queue has no room for, and gives the room back', async () => {
    const { writer, next, meter } = playEngine();
    const large = writer.write(batch('large', { byteLength: 950 }));
    expect(writer.queue).toMatchObject({ bytes: 950, batches: 1, bytesMax: 1000 });
    expect(await outcome(writer.write(batch('more')))).toBe('store_queue_full true');
    (await next()).finish();
    await large;
    expect(writer.queue).toMatchObject({ bytes: 0, batches: 0 });
    const refusals = meter.collect().find(({ name }) => name.includes('refusals'));
    expect(refusals?.points[0]?.value).toBe(1);
  });

  it('takes a batch larger than the queue when nothing else waits', async () => {
    const { writer, next } = playEngine();
    const huge = writer.write(batch('huge', { byteLength: 5000 }));
    (await next()).finish();
    await huge;
  });

  it('sends the same bytes again after a failure of unknown outcome', async () => {
    const { writer, next } = playEngine({ writeDeadlineMs: 5000 });
    const write = writer.write(batch('again'));
    const first = await next();
    first.finish(new Error('socket hang up'));
    const second = await next();
    expect(second.bytes).toBe(first.bytes);
    second.finish();
    expect(await outcome(write)).toBe('committed');
  });

  it('gives up at the deadline, also when the engine says nothing at all', async () => {
    const { writer } = playEngine();
    expect(await outcome(writer.write(batch('lost')))).toBe('store_unavailable true');
    expect(writer.queue.bytes).toBe(0);
  });

  it('tries a refused group batch by batch', async () => {
    const { writer, next } = playEngine();
    const writes = [writer.write(batch('good')), writer.write(batch('bad'))].map(outcome);
    const rejected = (): OperationError =>
      new OperationError('store_rejected', 'no', { retryable: false });
    (await next()).finish(rejected());
    const first = await next();
    expect(first.bytes).not.toContain('bad');
    first.finish();
    (await next()).finish(rejected());
    expect(await Promise.all(writes)).toEqual(['committed', 'store_rejected false']);
  });

  it('takes back a batch whose sender went away while it waited', async () => {
    const { writer, seen } = playEngine({ commitIntervalMs: 60_000 });
    const abort = new AbortController();
    const write = outcome(writer.write(batch('gone'), abort.signal));
    abort.abort();
    expect(await write).toBe('write_canceled true');
    await writer.flush();
    expect(seen).toEqual([]);
    expect(writer.queue.bytes).toBe(0);
    expect(await outcome(writer.write(batch('late'), abort.signal))).toBe('write_canceled true');
  });

  it('does not keep a sender waiting who went away while his rows were on the way', async () => {
    const { writer, next } = playEngine();
    const abort = new AbortController();
    const write = outcome(writer.write(batch('sent'), abort.signal));
    const insert = await next();
    abort.abort();
    expect(await write).toBe('write_canceled true');
    expect(writer.queue.bytes).toBe(100);
    insert.finish();
    await expect.poll(() => writer.queue.bytes).toBe(0);
  });

  it('flush sends at once and waits for what was there', async () => {
    const { writer, next }: { writer: StoreWriter; next: () => Promise<Insert> } = playEngine({
      commitIntervalMs: 60_000,
    });
    const write = writer.write(batch('a'));
    const flush = writer.flush();
    (await next()).finish();
    await flush;
    await write;
  });
});
