// POST /api/v1/write: Prometheus's remote write, 1.0 and 2.0. The answer 204 comes when the samples are
// committed; samples that cannot be taken make it a 400, the others are stored.
// Specs: https://prometheus.io/docs/specs/prw/remote_write_spec/ and …/remote_write_spec_2_0/
import {
  decodeRemoteWrite,
  type RemoteWriteContext,
  type RemoteWriteResult,
} from '#codec/remote-write/decode.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { decompress } from '#lib/compression.ts';
import { InputError } from '#lib/errors.ts';
import { createTurns, type Turns } from '#lib/turns.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';
import { assertSnappy, versionOf } from './negotiate.ts';

export interface RemoteWriteLimits {
  /** `ingest.max_age`, or the retention of metrics; undefined is no limit. */
  readonly ageMsMax: number | undefined;
  /** `ingest.max_future`; undefined is no limit. */
  readonly futureMsMax: number | undefined;
  readonly attributeBytesMax: number;
  /** Of the body after decompression. */
  readonly bodyBytesMax: number;
}

export interface RemoteWriteDeps {
  readonly consumer: Consumer<'metrics'>;
  readonly clock: Clock;
  readonly limits: RemoteWriteLimits;
  /** Of this process, shared by all receivers. */
  readonly identities: IdentityCache;
  readonly meter: Meter;
  /** Decoding waits for its turn; shared by all receivers. */
  readonly turns?: Turns;
}

/** Paths that senders have configured: Prometheus's own, and that of Mimir and Cortex. */
const paths = ['/api/v1/write', '/api/v1/push'];

const labels = { receiver: 'prometheusremotewrite', transport: 'http' };

export function remoteWriteRoutes(deps: RemoteWriteDeps): Route[] {
  const turns = deps.turns ?? createTurns();
  const instruments = createInstruments(deps.meter);
  const receive = async (request: HttpRequest): Promise<HttpResponse> => {
    const decoded = await decode(request, deps, turns);
    const { batch, rejection } = decoded;
    if (rejection) instruments.refused.add(rejection.count, labels);
    for (const [reason, count] of rejection?.reasons ?? []) {
      instruments.rejected.add(count, { ...labels, signal: 'metrics', reason });
    }
    // Metadata and exemplars may come alone.
    if (batch.rows.length > 0 || batch.identities.length > 0) {
      const { accepted } = await deps.consumer
        .consume(batch, request.signal)
        .catch((error: unknown) => {
          instruments.refused.add(batch.items, labels);
          throw error;
        });
      instruments.accepted.add(accepted, labels);
    }
    const headers = writtenHeaders(decoded);
    if (rejection === undefined || rejection.count === 0) return { status: 204, headers };
    return textResponse(`${rejection.message}\n`, 400, headers);
  };
  const handle = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      return await receive(request);
    } catch (error) {
      const failure = failureOf(error);
      instruments.failed.add(1, { ...labels, signal: 'metrics', code: failure.code });
      if (failure.isUnexpected) throw error;
      const status = statuses[failure.code] ?? failure.httpStatus;
      const headers = { ...writtenHeaders(nothing), ...failureHeaders(failure) };
      const response = textResponse(`${failure.message}\n`, status, headers);
      return { ...response, errorCode: failure.code };
    }
  };
  return paths.map((path) => route(['POST'], path, handle));
}

const statuses: Readonly<Record<string, number>> = {
  remote_write_unsupported: 415,
  http_unsupported_encoding: 415,
};

async function decode(
  request: HttpRequest,
  deps: RemoteWriteDeps,
  turns: Turns,
): Promise<RemoteWriteResult> {
  const version = versionOf(request.headers['content-type']);
  const encoding = request.headers['content-encoding'];
  assertSnappy(encoding);
  const body = await request.body();
  // The server has undone what a Content-Encoding says.
  const bytes = encoding?.trim() ? body : await unsnap(body, deps.limits.bodyBytesMax);
  return turns.run(() => {
    // Who left while it waited needs no work any more.
    request.signal.throwIfAborted();
    return decodeRemoteWrite(version, bytes, contextAt(request.tenant, deps));
  });
}

async function unsnap(body: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  const result = await decompress('snappy', body, bytesMax);
  if (result.kind === 'bytes') return result.bytes;
  const problem =
    result.kind === 'corrupt'
      ? result.reason
      : `it decompresses to more than ${bytesMax} bytes (ingest.max_body_bytes)`;
  throw new InputError('remote_write_compression', `cannot read the snappy block: ${problem}`);
}

function contextAt(
  tenant: string,
  { clock, limits, identities }: RemoteWriteDeps,
): RemoteWriteContext {
  const nowMs = clock.nowMs();
  const { ageMsMax, futureMsMax, attributeBytesMax } = limits;
  return {
    tenant,
    nowMs,
    limits: {
      minMs: ageMsMax === undefined ? undefined : nowMs - ageMsMax,
      maxMs: futureMsMax === undefined ? undefined : nowMs + futureMsMax,
      labelBytesMax: attributeBytesMax,
    },
    identities,
  };
}

const nothing = { samples: 0, histograms: 0, exemplars: 0 };

/** https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/#required-written-response-headers */
const writtenHeaders = ({ samples, histograms, exemplars }: typeof nothing) => ({
  'x-prometheus-remote-write-samples-written': String(samples),
  'x-prometheus-remote-write-histograms-written': String(histograms),
  'x-prometheus-remote-write-exemplars-written': String(exemplars),
});

function createInstruments(meter: Meter) {
  return {
    accepted: meter.counter(
      'otelcol_receiver_accepted_metric_points',
      'metric points committed, by receiver and transport.',
    ),
    refused: meter.counter(
      'otelcol_receiver_refused_metric_points',
      'metric points that were decoded and not taken, by receiver and transport.',
    ),
    rejected: meter.counter(
      'sightline_receiver_rejected_items_total',
      'Items that can never be taken, by receiver, transport, signal and reason.',
    ),
    failed: meter.counter(
      'sightline_receiver_failed_requests_total',
      'Requests of which nothing was taken, by receiver, transport, signal and error code.',
    ),
  };
}
