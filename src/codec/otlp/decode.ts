// OTLP export requests (protobuf bytes) to batches: one pass over the bytes into columns, without an
// object per item. Items that cannot be taken are counted in `rejection`, the others stay.
// Spec: https://opentelemetry.io/docs/specs/otlp/
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf } from '#lib/protobuf-reader.ts';
import type { Signal } from '#model/batch.ts';
import { metricRowsPool } from '#model/metric-rows.ts';
import { tableRows, toDecodeResult } from './batch.ts';
import { Body, type SignalScanner } from './body.ts';
import type { DecodeContext, DecodeResult } from './decode-context.ts';
import { fieldAt } from './field-at.ts';
import { LogScanner } from './logs.ts';
import { MetricScanner } from './metrics.ts';
import { spanRowsPool } from './span-columns.ts';
import { SpanScanner } from './traces.ts';

export type { DecodeContext, DecodeResult } from './decode-context.ts';

/** Throws InputError `otlp_malformed` when the bytes are not an export request. */
export function decodeTraces(bytes: Uint8Array, context: DecodeContext): DecodeResult<'traces'> {
  const body = new Body('traces', bytes, context);
  const scanner = scan('traces', body, new SpanScanner(body));
  const { spanRows, dropped, rows, origins, spanBytes } = scanner;
  const [scopes = [], spans = []] = spanRowsPool.release(
    spanRows,
    [tableRows('otel_scopes', spanRows.scopes)],
    [tableRows('otel_spans', spanRows.columns, dropped)],
  );
  const { batch, rejection } = toDecodeResult('traces', body, rows - dropped.length, scopes, spans);
  return { batch: { ...batch, origins, spanBytes }, rejection };
}

/** As decodeTraces; the items are log records. */
export function decodeLogs(bytes: Uint8Array, context: DecodeContext): DecodeResult<'logs'> {
  const body = new Body('logs', bytes, context);
  const scanner = scan('logs', body, new LogScanner(body));
  scanner.finish();
  const { columns, streams, dropped, rows } = scanner;
  return toDecodeResult(
    'logs',
    body,
    rows - dropped.length,
    [tableRows('otel_log_streams', streams)],
    [tableRows('otel_logs', columns, dropped)],
  );
}

/** As decodeTraces; the items are data points. */
export function decodeMetrics(bytes: Uint8Array, context: DecodeContext): DecodeResult<'metrics'> {
  const body = new Body('metrics', bytes, context);
  const { items, rows } = scan('metrics', body, new MetricScanner(body));
  const [identities = [], points = []] = metricRowsPool.release(
    rows,
    rows.identities(),
    rows.rows(),
  );
  return toDecodeResult('metrics', body, items, identities, points);
}

function scan<T extends SignalScanner>(signal: Signal, body: Body, scanner: T): T {
  try {
    body.walk(scanner);
    return scanner;
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    const field = fieldAt(signal, body.reader.bytes, error.offset);
    throw new InputError(
      'otlp_malformed',
      `cannot decode ${signal}: ${error.message}, at byte ${error.offset} in ${field}`,
      { cause: error },
    );
  }
}
