// What Loki asks of an OTLP export of logs before it takes any of it: at least one record, and only
// names of attributes that its own label names can be made of.
// https://grafana.com/docs/loki/latest/send-data/otel/
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';

/** Field numbers of a message, by what stands there. */
interface Shape {
  /** Messages inside. */
  readonly within: Readonly<Record<number, Shape>>;
  /** KeyValue lists. */
  readonly attributes?: number;
  readonly isRecord?: true;
}

const withAttributes = (attributes: number): Shape => ({ within: {}, attributes });

const logRecord: Shape = { ...withAttributes(6), isRecord: true };
const scopeLogs: Shape = { within: { 1: withAttributes(3), 2: logRecord } };
const resourceLogs: Shape = { within: { 1: withAttributes(1), 2: scopeLogs } };
const exportRequest: Shape = { within: { 1: resourceLogs } };

const bytesType = 2;

/**
 * `bytes`: an ExportLogsServiceRequest.
 * Throws InputError `loki_push_empty`, `loki_push_labels`. What is no protobuf the decoder refuses.
 */
export function assertLokiExport(bytes: Uint8Array): void {
  const reader = new ProtobufReader(bytes);
  try {
    if (countRecords(reader, exportRequest) > 0) return;
  } catch (error) {
    if (error instanceof MalformedProtobuf) return;
    throw error;
  }
  const message = 'error at least one valid stream is required for ingestion';
  throw new InputError('loki_push_empty', message);
}

function countRecords(reader: ProtobufReader, shape: Shape): number {
  let records = shape.isRecord ? 1 : 0;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    const inner = shape.within[tag >>> 3];
    if ((tag & 7) !== bytesType) reader.skip();
    else if (inner) {
      const outer = reader.enter();
      records += countRecords(reader, inner);
      reader.leave(outer);
    } else if (tag >>> 3 === shape.attributes) assertName(reader);
    else reader.skip();
  }
  return records;
}

function assertName(reader: ProtobufReader): void {
  const outer = reader.enter();
  while (reader.at < reader.limit) {
    if (reader.tag() !== ((1 << 3) | bytesType)) {
      reader.skip();
      continue;
    }
    const name = reader.text();
    if (name === '' || /[0-9A-Za-z]/.test(name)) continue;
    throw new InputError(
      'loki_push_labels',
      `no label name can be made of the attribute ${JSON.stringify(name)}: it has no ASCII letter or digit`,
    );
  }
  reader.leave(outer);
}
