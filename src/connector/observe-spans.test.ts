import { describe, expect, it } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { contextOf } from '../../test/lib/decode-otlp.ts';
import { encodeOtlp, tracesOf } from '../../test/lib/otlp-json.ts';
import { observeSpans } from './observe-spans.ts';

const batchOf = (spanId: string, tenant = ''): Batch<'traces'> => {
  const span = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId };
  return decodeTraces(encodeOtlp('traces', tracesOf([span])), { ...contextOf(), tenant }).batch;
};

function setUp(observe: (batch: Batch<'traces'>) => void) {
  const meter = createMeter();
  const failures: Error[] = [];
  const next: Consumer = {
    consume: async (batch) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return { accepted: batch.items, rejected: undefined };
    },
  };
  const consumer = observeSpans(next, [{ observe }], { meter, logger: silentLogger });
  const failed = () =>
    meter.collect().find(({ name }) => name === 'sightline_trace_metrics_failed_batches_total')
      ?.points[0]?.value;
  return { consumer, failures, failed };
}

describe('observeSpans', () => {
  const first = '0000000000000001';

  it('shows each batch of spans once, after it was accepted', async () => {
    const seen: Batch[] = [];
    const { consumer, failures } = setUp((batch) => seen.push(batch));
    const batch = batchOf(first);
    failures.push(new OperationError('test_busy', 'busy', { retryable: true }));
    await expect(consumer.consume(batch)).rejects.toThrow('busy');
    expect(seen).toEqual([]);
    await consumer.consume(batch);
    expect(seen).toEqual([batch]);
    // The answer was lost: the same spans come again.
    expect(await consumer.consume(batchOf(first))).toEqual({ accepted: 1, rejected: undefined });
    expect(seen).toEqual([batch]);
    await consumer.consume(batchOf(first, 'other'));
    await consumer.consume(batchOf('0000000000000002'));
    expect(seen).toHaveLength(3);
  });

  it('shows no other signal', async () => {
    const { consumer } = setUp(() => {
      throw new Error('not a trace');
    });
    const logs = { signal: 'logs', tenant: '', items: 0, identities: [], rows: [], byteLength: 0 };
    await consumer.consume(logs as Batch<'logs'>);
  });

  it('takes a batch although an observer fails', async () => {
    const { consumer, failed } = setUp(() => {
      throw new Error('BUG');
    });
    expect(await consumer.consume(batchOf(first))).toMatchObject({ accepted: 1 });
    expect(failed()).toBe(1);
  });
});
