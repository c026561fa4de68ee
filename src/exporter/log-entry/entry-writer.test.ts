import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { createLogger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import { rowsOf } from '../../../test/lib/columns.ts';
import { EntryWriter, type EntryWriterSettings } from './entry-writer.ts';
import { createWriteNode } from './write-node.ts';

const nowMs = 1_000_000_000;
const nowNano = BigInt(nowMs) * 1_000_000n;

interface Commit {
  readonly batch: Batch<'logs'>;
  commit(): void;
  fail(error: Error): void;
}

function setUp(given: Partial<EntryWriterSettings> = {}) {
  const meter = createMeter();
  const logged: string[] = [];
  const logger = createLogger({
    write: () => {},
    listener: ({ level, message }) => void logged.push(`${level}: ${message}`),
  });
  const sent: Commit[] = [];
  const sleeps: number[] = [];
  let released = 0;
  const settings = {
    bufferBytesMax: 10_000,
    ageMsMax: 60_000,
    futureMsMax: 60_000,
    lineBytesMax: 1000,
    tenancyEnabled: true,
    ...given,
  };
  const writer = new EntryWriter(settings, {
    consumer: {
      consume: (batch, signal) =>
        new Promise((resolve, reject) => {
          const accepted = { accepted: batch.items, rejected: undefined };
          const stop = (): void => reject(new OperationError('x', 'stopped', { retryable: true }));
          signal?.addEventListener('abort', stop);
          sent.push({ batch, commit: () => resolve(accepted), fail: reject });
        }),
    },
    identities: new IdentityCache(),
    clock: createManualClock(nowMs),
    meter,
    logger,
    sleep: async (ms, signal) => {
      sleeps.push(ms);
      if (ms < 1000) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  const entry = (
    line: string,
    labels: Record<string, string> = { app: 'a' },
    more: Partial<CollectedEntry> = {},
  ): CollectedEntry => ({
    labels: new Map(Object.entries(labels)),
    timeNano: nowNano,
    line,
    metadata: [],
    tenant: undefined,
    receipt: {
      hold: () => {},
      release: () => {
        released++;
      },
    },
    ...more,
  });
  const counted = (name: string): number =>
    meter.collect().find((family) => family.name === name)?.points[0]?.value ?? 0;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { writer, sent, sleeps, logged, entry, counted, settled, released: () => released };
}

const bodies = ({ batch }: Commit): unknown[] => rowsOf(batch, 'otel_logs').map(({ body }) => body);
const labelsOf = ({ batch }: Commit): unknown[] =>
  rowsOf(batch, 'otel_log_streams').map(({ labels }) => labels);

describe('EntryWriter', () => {
  it('writes streams by their labels, without those for relabelling', async () => {
    const { writer, sent, entry } = setUp();
    await writer.write(
      [
        entry('one', { app: 'a', __path__: '/x' }),
        entry('two', { app: 'b', empty: '' }),
        entry('three', { __path__: '/y', app: 'a' }),
      ],
      [],
      '',
    );
    expect(sent.map(bodies)).toEqual([['one', 'three', 'two']]);
    expect(labelsOf(sent[0] as Commit)).toEqual([
      { app: 'a', service_name: 'a' },
      { app: 'b', service_name: 'b' },
    ]);
  });

  it('releases receipts after the commit, and collects what comes meanwhile', async () => {
    const { writer, sent, entry, released, settled, counted } = setUp();
    await writer.write([entry('one')], [], '');
    await writer.write([entry('two')], [], '');
    await writer.write([entry('three')], [], '');
    expect([sent.length, released()]).toEqual([1, 0]);
    sent[0]?.commit();
    await settled();
    expect([sent.map(bodies), released()]).toEqual([[['one'], ['two', 'three']], 1]);
    sent[1]?.commit();
    await settled();
    expect(released()).toBe(3);
    expect(counted('promtail_sent_entries_total')).toBe(3);
    expect(counted('sightline_log_buffer_bytes')).toBe(0);
  });

  it('adds external labels that an entry has not, and a default tenant', async () => {
    const { writer, sent, entry } = setUp();
    const node = createWriteNode(writer, {
      externalLabels: [
        ['cluster', 'c'],
        ['app', 'z'],
        ['__x', 'y'],
      ],
      tenant: 'team',
    });
    await node.write([entry('one'), entry('two', { app: 'b' }, { tenant: 'other' })]);
    expect(sent.map(({ batch }) => batch.tenant)).toEqual(['team']);
    expect(labelsOf(sent[0] as Commit)).toEqual([{ app: 'a', cluster: 'c', service_name: 'a' }]);
    sent[0]?.commit();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent[1]?.batch.tenant).toBe('other');
  });

  it('takes the tenant of a label, and none at all without tenancy', async () => {
    const on = setUp();
    await on.writer.write([on.entry('one', { app: 'a', __tenant_id__: 't' })], [], 'x');
    expect(on.sent[0]?.batch.tenant).toBe('t');
    const off = setUp({ tenancyEnabled: false });
    await off.writer.write(
      [off.entry('one', {}, { tenant: 't', labels: new Map([['a', 'b']]) })],
      [],
      'x',
    );
    expect(off.sent[0]?.batch.tenant).toBe('');
  });

  it('lets writers wait while too much is on its way', async () => {
    const { writer, sent, entry, settled, counted } = setUp({ bufferBytesMax: 1000 });
    await writer.write([entry('x'.repeat(500))], [], '');
    let isThrough = false;
    const waiting = writer.write([entry('y'.repeat(500))], [], '').then(() => {
      isThrough = true;
    });
    await settled();
    expect([isThrough, counted('sightline_log_buffer_waits_total')]).toEqual([false, 1]);
    expect(counted('sightline_log_buffer_bytes')).toBeGreaterThan(1000);
    sent[0]?.commit();
    await waiting;
  });

  it('sends again what the store cannot take now', async () => {
    const { writer, sent, entry, settled, released, sleeps, logged, counted } = setUp();
    await writer.write([entry('one')], [], '');
    for (let i = 0; i < 2; i++) {
      sent[i]?.fail(new OperationError('store_queue_full', 'full', { retryable: true }));
      await settled();
    }
    expect(sent.map(bodies)).toEqual([['one'], ['one'], ['one']]);
    expect(sleeps[1]).toBeGreaterThan((sleeps[0] as number) * 1.2);
    expect(logged).toEqual(['warn: the store takes no collected log lines now; they wait']);
    expect([released(), counted('promtail_batch_retries_total')]).toEqual([0, 2]);
    sent[2]?.commit();
    await settled();
    expect(released()).toBe(1);
  });

  it('counts, says and releases what can never be stored', async () => {
    const { writer, sent, entry, settled, released, logged, counted } = setUp();
    const old = { timeNano: nowNano - 120_000_000_000n };
    await writer.write([entry('old', { app: 'a' }, old), entry('new'), entry('none', {})], [], '');
    await writer.write([entry('x'.repeat(1001))], [], '');
    sent[0]?.commit();
    await settled();
    expect(sent.map(bodies)).toEqual([['new']]);
    expect([released(), counted('otelcol_receiver_refused_log_records')]).toEqual([4, 3]);
    expect(logged).toEqual(['warn: collected log lines were refused']);
    await writer.write([entry('one')], [], '');
    sent[1]?.fail(new Error('broken'));
    await settled();
    expect(released()).toBe(5);
    expect(logged.at(-1)).toMatch(/dropped: the store can never take them/);
  });

  it('stops when all is committed', async () => {
    const { writer, sent, entry, released } = setUp();
    await writer.write([entry('one')], [], '');
    await writer.write([entry('two')], [], '');
    const stopped = writer.stop(5000);
    sent[0]?.commit();
    await new Promise((resolve) => setImmediate(resolve));
    sent[1]?.commit();
    await stopped;
    expect(released()).toBe(2);
  });

  it('stops at the deadline and releases nothing that is not committed', async () => {
    const { writer, entry, released } = setUp();
    await writer.write([entry('one')], [], '');
    await writer.stop(0);
    expect(released()).toBe(0);
  });
});
