// PostSpansRequest of jaeger.api_v2, written by hand from the proto files.
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { TagInput } from './jaeger-thrift.ts';

type Tags = Readonly<Record<string, TagInput>>;

export interface ProtoProcess {
  readonly serviceName: string;
  readonly tags?: Tags;
}

export interface ProtoSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly operationName: string;
  readonly references?: readonly {
    readonly traceId: Uint8Array;
    readonly spanId: Uint8Array;
    readonly isChildOf: boolean;
  }[];
  readonly flags?: number;
  readonly startNano: bigint;
  readonly durationNano: bigint;
  readonly tags?: Tags;
  readonly logs?: readonly (readonly [bigint, Tags])[];
  readonly process?: ProtoProcess;
}

export function spanIdBytes(id: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(id);
  return bytes;
}

export const traceIdBytes = (high: bigint, low: bigint): Buffer =>
  Buffer.concat([spanIdBytes(high), spanIdBytes(low)]);

export function postSpansRequest(
  spans: readonly ProtoSpan[],
  process: ProtoProcess | undefined,
): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    for (const span of spans) writer.message(1, () => writeSpan(writer, span));
    if (process) writer.message(2, () => writeProcess(writer, process));
  });
  return writer.finish();
}

function writeSpan(writer: ProtobufWriter, span: ProtoSpan): void {
  writer.bytes(1, span.traceId);
  writer.bytes(2, span.spanId);
  writer.text(3, span.operationName);
  for (const { traceId, spanId, isChildOf } of span.references ?? []) {
    writer.message(4, () => {
      writer.bytes(1, traceId);
      writer.bytes(2, spanId);
      if (!isChildOf) writer.varint(3, 1);
    });
  }
  writer.varint(5, span.flags ?? 0);
  writeTime(writer, 6, span.startNano);
  writeTime(writer, 7, span.durationNano);
  writeTags(writer, 8, span.tags ?? {});
  for (const [time, fields] of span.logs ?? []) {
    writer.message(9, () => {
      writeTime(writer, 1, time);
      writeTags(writer, 2, fields);
    });
  }
  const { process } = span;
  if (process) writer.message(10, () => writeProcess(writer, process));
}

function writeProcess(writer: ProtobufWriter, { serviceName, tags = {} }: ProtoProcess): void {
  writer.text(1, serviceName);
  writeTags(writer, 2, tags);
}

function writeTime(writer: ProtobufWriter, field: number, nano: bigint): void {
  writer.message(field, () => {
    writer.varint64(1, nano / 1_000_000_000n);
    writer.varint64(2, nano % 1_000_000_000n);
  });
}

/** Whole numbers are doubles, bigints are integers. */
function writeTags(writer: ProtobufWriter, field: number, tags: Tags): void {
  for (const [key, value] of Object.entries(tags)) {
    writer.message(field, () => {
      writer.text(1, key);
      if (typeof value === 'string') writer.text(3, value);
      else if (typeof value === 'boolean') {
        writer.varint(2, 1);
        writer.bool(4, value);
      } else if (typeof value === 'bigint') {
        writer.varint(2, 2);
        writer.varint64(5, value);
      } else if (typeof value === 'number') {
        writer.varint(2, 3);
        writer.double(6, value);
      } else {
        writer.varint(2, 4);
        writer.bytes(7, value);
      }
    });
  }
}
