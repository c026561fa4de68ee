// Remote write requests (protobuf bytes) to batches: one pass over the bytes into columns, without an
// object per sample. What cannot be taken is counted in `rejection`, the rest stays.
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf } from '#lib/protobuf-reader.ts';
import { type Batch, heldBytes, type Rejection } from '#model/batch.ts';
import { metricRowsPool } from '#model/metric-rows.ts';
import { type RemoteWriteContext, WriteBody } from './body.ts';
import { scanVersion1 } from './version1.ts';
import { scanVersion2 } from './version2.ts';

export type { RemoteWriteContext } from './body.ts';

export type RemoteWriteVersion = 1 | 2;

export interface RemoteWriteResult {
  readonly batch: Batch<'metrics'>;
  readonly rejection: Rejection | undefined;
  /** What the batch holds. */
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

const messages = { 1: 'prometheus.WriteRequest', 2: 'io.prometheus.write.v2.Request' } as const;

/** Throws InputError `remote_write_malformed` when the bytes are not such a message. */
export function decodeRemoteWrite(
  version: RemoteWriteVersion,
  bytes: Uint8Array,
  context: RemoteWriteContext,
): RemoteWriteResult {
  const body = new WriteBody(bytes, context);
  try {
    if (version === 1) scanVersion1(body);
    else scanVersion2(body);
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw new InputError(
      'remote_write_malformed',
      `cannot decode ${messages[version]}: ${error.message}, at byte ${error.offset}`,
      { cause: error },
    );
  }
  const [identities = [], rows = []] = metricRowsPool.release(
    body.rows,
    body.rows.identities(),
    body.rows.rows(),
  );
  // Not the body: the batch waits in the queue longer than its bytes are needed.
  const { samples, histograms, exemplars, series } = body;
  return {
    batch: {
      signal: 'metrics',
      tenant: context.tenant,
      items: samples + histograms,
      identities,
      rows,
      byteLength: heldBytes(identities) + heldBytes(rows),
      committed: () => series.committed(),
    },
    rejection: body.rejections.toRejection('sample'),
    samples,
    histograms,
    exemplars,
  };
}
