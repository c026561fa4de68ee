// What one tenant may push, and what was refused, under the names of Loki's metrics.
// https://grafana.com/docs/loki/latest/operations/troubleshooting/troubleshoot-ingest/
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { Lru } from '#lib/lru.ts';
import type { Batch } from '#model/batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';

export interface RateSettings {
  /** `loki.ingestion_rate`: of lines and structured metadata. */
  readonly bytesPerSecond: number;
  /** `loki.ingestion_burst` */
  readonly burstBytes: number;
}

/** What Loki calls the only tenant. */
const nobody = 'fake';
const tenantName = (tenant: string): string => (tenant === '' ? nobody : tenant);

/** Tenants that are told apart; one that was quiet for long starts anew. */
const tenantsMax = 10_000;

interface Bucket {
  bytes: number;
  sinceMs: number;
}

/** Takes a batch from its tenant's share. Throws OperationError `loki_push_rate` when that is used up. */
export function createRateLimit(settings: RateSettings, clock: Clock): (batch: Batch) => void {
  const { bytesPerSecond, burstBytes } = settings;
  const buckets = new Lru<string, Bucket>(tenantsMax);
  return (batch) => {
    const nowMs = clock.monotonicMs();
    const bucket = buckets.get(batch.tenant) ?? { bytes: burstBytes, sinceMs: nowMs };
    const filled = bucket.bytes + ((nowMs - bucket.sinceMs) / 1000) * bytesPerSecond;
    const available = Math.min(burstBytes, filled);
    const wanted = pushedBytes(batch);
    const isTaken = wanted <= available;
    const left = isTaken ? available - wanted : available;
    buckets.set(batch.tenant, { bytes: left, sinceMs: nowMs });
    if (isTaken) return;
    const missing = Math.min(wanted, burstBytes) - available;
    throw new OperationError(
      'loki_push_rate',
      `ingestion rate limit exceeded for user ${tenantName(batch.tenant)} (limit: ${bytesPerSecond} ` +
        `bytes/sec) while attempting to ingest '${batch.items}' lines totaling '${wanted}' bytes, ` +
        'reduce log volume or raise loki.ingestion_rate',
      { retryable: true, retryAfterMs: Math.ceil((missing / bytesPerSecond) * 1000) },
    );
  };
}

/** `consumer`, and before it the share of each tenant. Throws OperationError `loki_push_rate`, too. */
export function limitRate(
  consumer: Consumer,
  settings: RateSettings | undefined,
  { clock, meter }: { readonly clock: Clock; readonly meter: Meter },
): Consumer {
  if (!settings) return consumer;
  const take = createRateLimit(settings, clock);
  const discards = createDiscards(meter);
  return {
    consume: async (batch, signal) => {
      try {
        take(batch);
      } catch (error) {
        discards.count(batch.tenant, [['rate_limited', batch.items]]);
        throw error;
      }
      return consumer.consume(batch, signal);
    },
  };
}

/** Of lines and their structured metadata. */
function pushedBytes({ rows }: Batch): number {
  let bytes = 0;
  for (const { columns } of rows) {
    bytes += (columns.body?.byteLength ?? 0) + (columns.attributes?.byteLength ?? 0);
  }
  return bytes;
}

export interface Discards {
  count(tenant: string, reasons: Iterable<readonly [reason: string, lines: number]>): void;
}

export function createDiscards(meter: Meter): Discards {
  const discarded = meter.counter(
    'loki_discarded_samples_total',
    'Pushed lines that were not taken, by tenant and reason.',
  );
  return {
    count(tenant, reasons) {
      for (const [reason, lines] of reasons) {
        discarded.add(lines, { tenant: tenantName(tenant), reason });
      }
    },
  };
}
