// POST /loki/api/v1/push: JSON, or protobuf in a snappy block. The answer 204 comes when the lines
// are committed. As Loki: lines that cannot be taken make it a 400, the others are stored.
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs

import { decodePushJson, decodePushProtobuf } from '#codec/loki-push/decode.ts';
import type { LabelLimits, PushContext } from '#codec/loki-push/push-rows.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { decompress } from '#lib/compression.ts';
import { InputError } from '#lib/errors.ts';
import { hasMoreJsonValues, jsonValuesMax } from '#lib/json-values.ts';
import { snappySize } from '#lib/snappy.ts';
import { createTurns, type Turns } from '#lib/turns.ts';
import type { Batch } from '#model/batch.ts';
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
import { createDiscards } from './limits.ts';

export interface LokiPushLimits {
  /** `ingest.max_age`, or the retention of logs; undefined is no limit. */
  readonly ageMsMax: number | undefined;
  /** `ingest.max_future`; undefined is no limit. */
  readonly futureMsMax: number | undefined;
  readonly attributeBytesMax: number;
  readonly labels?: LabelLimits;
  /** Of the body after decompression. */
  readonly bodyBytesMax: number;
}

export interface LokiPushDeps {
  readonly consumer: Consumer<'logs'>;
  readonly clock: Clock;
  readonly limits: LokiPushLimits;
  /** Of this process, shared by all receivers. */
  readonly identities: IdentityCache;
  readonly meter: Meter;
  /** Decoding waits for its turn; shared by all receivers. */
  readonly turns?: Turns;
}

export function lokiPushRoutes(deps: LokiPushDeps): Route[] {
  const turns = deps.turns ?? createTurns();
  const accepted = deps.meter.counter(
    'otelcol_receiver_accepted_log_records',
    'log records committed, by receiver and transport.',
  );
  const refused = deps.meter.counter(
    'otelcol_receiver_refused_log_records',
    'log records that were decoded and not taken, by receiver and transport.',
  );
  const labels = { receiver: 'loki', transport: 'http' };
  const discards = createDiscards(deps.meter);
  const receive = async (request: HttpRequest): Promise<HttpResponse> => {
    const { batch, rejection } = await readBatch(request, deps, turns);
    if (rejection) refused.add(rejection.count, labels);
    discards.count(request.tenant, rejection?.reasons ?? []);
    const result = batch.items > 0 ? await consume(batch, request, deps, refused) : undefined;
    if (result) accepted.add(result.accepted, labels);
    const problem = rejection ?? result?.rejected;
    return problem ? textResponse(`${problem.message}\n`, 400) : { status: 204 };
  };
  const handle = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      return await receive(request);
    } catch (error) {
      return failed(error);
    }
  };
  return ['/loki/api/v1/push', '/api/prom/push'].map((path) => route(['POST'], path, handle));
}

async function consume(
  batch: Batch<'logs'>,
  request: HttpRequest,
  { consumer }: LokiPushDeps,
  refused: { add(count: number, labels: Record<string, string>): void },
) {
  try {
    return await consumer.consume(batch, request.signal);
  } catch (error) {
    refused.add(batch.items, { receiver: 'loki', transport: 'http' });
    throw error;
  }
}

async function readBatch(request: HttpRequest, deps: LokiPushDeps, turns: Turns) {
  const context = contextAt(request.tenant, deps);
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const body = await request.body();
  if (type === 'application/json') {
    if (hasMoreJsonValues(body)) {
      const message = `the body has more than ${jsonValuesMax} JSON values; send smaller batches`;
      throw new InputError('loki_push_too_large', message);
    }
    return turns.run(() => decodePushJson(body, context));
  }
  // The server has undone what a Content-Encoding says.
  const isPlain = request.headers['content-encoding']?.trim().toLowerCase() === 'snappy';
  const bytes = isPlain ? body : await unsnap(body, deps.limits.bodyBytesMax);
  return turns.run(() => decodePushProtobuf(bytes, context));
}

function contextAt(tenant: string, { clock, limits, identities }: LokiPushDeps): PushContext {
  const nowNano = clock.nowNano();
  const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;
  const { ageMsMax, futureMsMax } = limits;
  return {
    tenant,
    minUnixNano: ageMsMax === undefined ? undefined : nowNano - nano(ageMsMax),
    maxUnixNano: futureMsMax === undefined ? undefined : nowNano + nano(futureMsMax),
    lineBytesMax: limits.attributeBytesMax,
    identities,
    ...(limits.labels ? { labelLimits: limits.labels } : {}),
  };
}

async function unsnap(body: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  const result = await decompress('snappy', body, bytesMax);
  if (result.kind === 'bytes') return result.bytes;
  if (result.kind === 'too-large') {
    throw new InputError(
      'loki_push_too_large',
      `message size too large than max (${snappySize(body)} vs ${bytesMax}, ingest.max_body_bytes)`,
    );
  }
  const message = `cannot read the snappy block: ${result.reason}`;
  throw new InputError('loki_push_compression', message);
}

/** Loki answers with text and a line feed. */
function failed(error: unknown): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) throw error;
  const status = statuses[failure.code] ?? failure.httpStatus;
  const response = textResponse(`${failure.message}\n`, status, failureHeaders(failure));
  return { ...response, errorCode: failure.code };
}

const statuses: Readonly<Record<string, number>> = {
  loki_push_empty: 422,
  loki_push_too_large: 413,
  loki_push_rate: 429,
};
