// A push request becomes a batch of log records.
import { InputError } from '#lib/errors.ts';
import { readPushJson } from './json.ts';
import { readPushProtobuf } from './protobuf.ts';
import { type PushContext, type PushResult, PushRows } from './push-rows.ts';
import type { PushSink } from './sink.ts';

export const decodePushJson = (bytes: Uint8Array, context: PushContext): PushResult =>
  decode((sink) => readPushJson(bytes, sink), context);

export const decodePushProtobuf = (bytes: Uint8Array, context: PushContext): PushResult =>
  decode((sink) => readPushProtobuf(bytes, sink), context);

function decode(read: (sink: PushSink) => void, context: PushContext): PushResult {
  const rows = new PushRows(context);
  read(rows);
  if (rows.streamCount === 0) {
    throw new InputError(
      'loki_push_empty',
      'error at least one valid stream is required for ingestion',
    );
  }
  return rows.result();
}
