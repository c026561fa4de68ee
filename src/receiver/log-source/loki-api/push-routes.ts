// The endpoints: lines in, 204 when they are committed.
// https://grafana.com/docs/alloy/latest/reference/components/loki/loki.source.api/
import { readPushJson } from '#codec/loki-push/json.ts';
import { readPushProtobuf } from '#codec/loki-push/protobuf.ts';
import type { PushSink } from '#codec/loki-push/sink.ts';
import { decompress } from '#lib/compression.ts';
import { InputError, OperationError } from '#lib/errors.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  probe,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';
import type { Labelling } from '../labelling.ts';
import type { SourceContext } from '../source-context.ts';
import { createCommitWait } from './commit-wait.ts';
import { PushedEntries, type PushedOptions } from './pushed-entries.ts';

export interface PushRoutesOptions
  extends Pick<PushedOptions, 'labels' | 'labelling' | 'usesIncomingTime'> {
  readonly labelling: Labelling;
  readonly context: SourceContext;
  /** Of a body after decompression. */
  readonly bodyBytesMax: number;
  /** For the commit. */
  readonly commitMs: number;
}

const receiver = { receiver: 'loki.source.api', transport: 'http' };

type Read = (body: Uint8Array, request: HttpRequest, sink: PushSink) => Promise<void>;

export function pushRoutes(options: PushRoutesOptions): Route[] {
  const accepted = options.context.meter.counter(
    'sightline_log_api_entries_total',
    'Lines that push APIs of collection files took.',
  );
  const answer = (read: Read) => async (request: HttpRequest) => {
    try {
      const count = await take(options, read, request);
      accepted.add(count, receiver);
      return { status: 204 };
    } catch (error) {
      return failed(error);
    }
  };
  const push = answer((body, request, sink) => readPush(body, request, sink, options));
  const raw = answer(async (body, _request, sink) => readRaw(body, sink, options));
  return [
    ...['/loki/api/v1/push', '/api/v1/push'].map((path) => route(['POST'], path, push)),
    ...['/loki/api/v1/raw', '/api/v1/raw', '/promtail/api/v1/raw'].map((path) =>
      route(['POST'], path, raw),
    ),
    ...['/ready', '/loki/ready'].map((path) => probe(path, async () => textResponse('ready\n'))),
  ];
}

/** Resolves when all lines are committed; throws `log_push_unconfirmed` when that takes too long. */
async function take(options: PushRoutesOptions, read: Read, request: HttpRequest): Promise<number> {
  const { context, labels, labelling, usesIncomingTime } = options;
  const { receipt, committed } = createCommitWait();
  const { times } = context;
  const { tenant } = request;
  const pushed = new PushedEntries({
    ...{ labels, labelling, usesIncomingTime, times, tenant, receipt },
  });
  await read(await request.body(), request, pushed);
  if (pushed.streamCount === 0) {
    const message = 'error at least one valid stream is required for ingestion';
    throw new InputError('loki_push_empty', message);
  }
  const handedOn = pushed.entries.length > 0 ? context.sink.write(pushed.entries) : undefined;
  receipt.release();
  await confirmed(Promise.all([handedOn, committed]), options.commitMs, request.signal);
  return pushed.entries.length;
}

async function confirmed(
  commit: Promise<unknown>,
  commitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const unconfirmed = (why: string): OperationError =>
    new OperationError('log_push_unconfirmed', `the lines are not committed yet: ${why}`, {
      retryable: true,
    });
  let giveUp = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const given = new Promise<never>((_, reject) => {
    giveUp = () => reject(unconfirmed('the request has ended'));
    signal.addEventListener('abort', giveUp);
    timer = setTimeout(() => reject(unconfirmed(`that took longer than ${commitMs} ms`)), commitMs);
  });
  try {
    await Promise.race([commit, given]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

async function readPush(
  body: Uint8Array,
  { headers }: HttpRequest,
  sink: PushSink,
  { bodyBytesMax }: PushRoutesOptions,
): Promise<void> {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return readPushJson(body, sink);
  // The server has undone what a Content-Encoding says.
  if (headers['content-encoding']?.trim().toLowerCase() === 'snappy') {
    return readPushProtobuf(body, sink);
  }
  const result = await decompress('snappy', body, bodyBytesMax);
  if (result.kind === 'bytes') return readPushProtobuf(result.bytes, sink);
  if (result.kind === 'too-large') {
    const message = `the decompressed body is larger than ${bodyBytesMax} bytes (ingest.max_body_bytes)`;
    throw new InputError('loki_push_too_large', message);
  }
  throw new InputError('loki_push_compression', `cannot read the snappy block: ${result.reason}`);
}

/** Plain text: each line is one. */
function readRaw(body: Uint8Array, sink: PushSink, { context }: PushRoutesOptions): void {
  sink.stream([]);
  for (const line of new TextDecoder().decode(body).split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '') sink.entry(context.times.take(1), text, []);
  }
}

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
};
