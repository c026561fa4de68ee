// A database client that only pretends to have a server, with the spans and metrics that an
// instrumented one makes: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Shop } from './part.ts';

export interface Statement {
  readonly operation: 'SELECT' | 'INSERT' | 'UPDATE';
  readonly table: string;
  readonly text: string;
  readonly medianMs: number;
  /** Share of these that fail, 0 to 1. */
  readonly failureRate?: number;
}

class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code = '40P01';
}

/** Resolves when the statement is done; rejects with a deadlock as often as it was told to. */
export function createDatabase(
  shop: Pick<Shop, 'dice' | 'meter' | 'tracer'>,
  namespace: string,
): (statement: Statement) => Promise<void> {
  const duration = shop.meter.createHistogram('db.client.operation.duration', {
    description: 'Duration of database client operations.',
    unit: 's',
    advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
  });
  return (statement) => {
    const labels = {
      'db.system.name': 'postgresql',
      'db.namespace': namespace,
      'db.operation.name': statement.operation,
      'db.collection.name': statement.table,
    };
    const attributes = {
      ...labels,
      'db.query.text': statement.text,
      'server.address': `${namespace}-db.internal`,
      'server.port': 5432,
    };
    const name = `${statement.operation} ${statement.table}`;
    return shop.tracer.startActiveSpan(
      name,
      { kind: SpanKind.CLIENT, attributes },
      async (span) => {
        const tookMs = shop.dice.latencyMs(statement.medianMs);
        const fails = shop.dice.roll() < (statement.failureRate ?? 0);
        await sleep(tookMs);
        const outcome = fails ? { 'error.type': '40P01' } : {};
        duration.record(tookMs / 1000, { ...labels, ...outcome });
        if (fails) {
          const error = new DatabaseError(`deadlock detected while writing to ${statement.table}`);
          span.recordException(error);
          span.setAttributes({ 'error.type': '40P01', 'db.response.status_code': '40P01' });
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
          span.end();
          throw error;
        }
        span.end();
      },
    );
  };
}
