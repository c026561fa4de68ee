import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import type { StoreWriter } from '#store/contract.ts';
import { createClickhouseExporter } from './exporter.ts';

const writer = (write: StoreWriter['write']): StoreWriter => ({
  write,
  flush: async () => {},
  queue: { bytes: 0, bytesMax: 0, batches: 0 },
});
const batch: Batch = {
  signal: 'logs',
  tenant: '',
  items: 3,
  identities: [],
  rows: [{ table: 'otel_logs', columns: {} }],
  byteLength: 10,
};
const counted = (meter: ReturnType<typeof createMeter>, name: string) =>
  meter.collect().find((family) => family.name === name)?.points[0]?.value;

describe('createClickhouseExporter', () => {
  it('accepts what is committed', async () => {
    const meter = createMeter();
    const written: Batch[] = [];
    const exporter = createClickhouseExporter(
      writer(async (given) => void written.push(given)),
      meter,
    );
    expect(await exporter.consume(batch)).toEqual({ accepted: 3, rejected: undefined });
    expect(written).toEqual([batch]);
    expect(counted(meter, 'otelcol_exporter_sent_log_records')).toBe(3);
  });

  it('passes failures on and counts them', async () => {
    const meter = createMeter();
    const full = new OperationError('store_queue_full', 'full', { retryable: true });
    const exporter = createClickhouseExporter(
      writer(async () => {
        throw full;
      }),
      meter,
    );
    await expect(exporter.consume(batch)).rejects.toBe(full);
    expect(counted(meter, 'otelcol_exporter_send_failed_log_records')).toBe(3);
    expect(counted(meter, 'otelcol_exporter_sent_log_records')).toBeUndefined();
  });

  it('does not bother the store with nothing', async () => {
    const exporter = createClickhouseExporter(
      writer(async () => {
        throw new Error('called');
      }),
      createMeter(),
    );
    const result = await exporter.consume({ ...batch, items: 0, rows: [] });
    expect(result).toEqual({ accepted: 0, rejected: undefined });
  });
});
