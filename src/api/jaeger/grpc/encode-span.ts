// Spans as jaeger.api_v2 has them: each with its process.
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { AdjustedSpan } from '../model/adjusted-span.ts';
import { toProcess } from '../model/process.ts';
import { referencesOf } from '../model/references.ts';
import { eventFields, spanTags, type Tag } from '../model/tags.ts';

/** SpansResponseChunk { repeated Span spans = 1 } */
export function encodeSpans(spans: readonly AdjustedSpan[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const span of spans) writer.message(1, () => writeSpan(writer, span));
  return writer.finish();
}

function writeSpan(writer: ProtobufWriter, { span, warnings }: AdjustedSpan): void {
  writer.bytes(1, span.traceId);
  writer.bytes(2, span.spanId);
  writer.text(3, span.name);
  for (const { refType, traceId, spanId } of referencesOf(span)) {
    writer.message(4, () => {
      writer.bytes(1, traceId);
      writer.bytes(2, spanId);
      writer.varint(3, refType === 'CHILD_OF' ? 0 : 1);
    });
  }
  writer.varint(5, span.flags & 0xff);
  writer.message(6, () => writeNano(writer, span.startUnixNano));
  writer.message(7, () => writeNano(writer, span.durationNano));
  for (const tag of spanTags(span)) writer.message(8, () => writeTag(writer, tag));
  for (const event of span.events) {
    writer.message(9, () => {
      writer.message(1, () => writeNano(writer, event.timeUnixNano));
      for (const tag of eventFields(event)) writer.message(2, () => writeTag(writer, tag));
    });
  }
  const { serviceName, tags } = toProcess(span.origin);
  writer.message(10, () => {
    writer.text(1, serviceName);
    for (const tag of tags) writer.message(2, () => writeTag(writer, tag));
  });
  for (const warning of warnings) writer.text(12, warning);
}

const nanoPerSecond = 1_000_000_000n;

/** Timestamp and Duration: seconds rounded down, and what is left. */
function writeNano(writer: ProtobufWriter, nano: bigint): void {
  const rest = ((nano % nanoPerSecond) + nanoPerSecond) % nanoPerSecond;
  writer.varint64(1, (nano - rest) / nanoPerSecond);
  writer.varint(2, Number(rest));
}

/** KeyValue: key = 1, type = 2, and the value in the field of its type. */
function writeTag(writer: ProtobufWriter, tag: Tag): void {
  writer.text(1, tag.key);
  switch (tag.type) {
    case 'string':
      writer.varint(2, 0);
      writer.text(3, tag.value);
      return;
    case 'bool':
      writer.varint(2, 1);
      writer.bool(4, tag.value);
      return;
    case 'int64':
      writer.varint(2, 2);
      writer.varint64(5, tag.value);
      return;
    case 'float64':
      writer.varint(2, 3);
      writer.double(6, tag.value);
      return;
    case 'binary':
      writer.varint(2, 4);
      writer.bytes(7, Buffer.from(tag.value, 'base64'));
  }
}
