// logproto.PushRequest, after snappy:
//   PushRequest { streams = 1 }                Stream { labels = 1, entries = 2 }
//   Entry { timestamp = 1 { seconds = 1, nanos = 2 }, line = 2, structuredMetadata = 3 { name = 1, value = 2 } }
// Spec: https://github.com/grafana/loki/blob/main/pkg/push/push.proto
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import { signed64 } from '#model/unit.ts';
import { malformed } from './json.ts';
import { parseLabels } from './labels.ts';
import type { PushSink } from './sink.ts';

export function readPushProtobuf(bytes: Uint8Array, sink: PushSink): void {
  const reader = new ProtobufReader(bytes);
  try {
    while (reader.at < reader.limit) {
      if (reader.tag() === 0x0a) readStream(reader, sink);
      else reader.skip();
    }
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw malformed(`${error.message}, at byte ${error.offset}`);
  }
}

/** Entries may stand before the labels: they are gone over once more then. */
function readStream(reader: ProtobufReader, sink: PushSink): void {
  const outer = reader.enter();
  const start = reader.at;
  let labels = '';
  while (reader.at < reader.limit) {
    if (reader.tag() === 0x0a) labels = reader.text();
    else reader.skip();
  }
  sink.stream(parseLabels(labels));
  reader.at = start;
  while (reader.at < reader.limit) {
    if (reader.tag() === 0x12) readEntry(reader, sink);
    else reader.skip();
  }
  reader.leave(outer);
}

function readEntry(reader: ProtobufReader, sink: PushSink): void {
  const outer = reader.enter();
  let timeNano = 0n;
  let line = '';
  const metadata: [string, string][] = [];
  while (reader.at < reader.limit) {
    switch (reader.tag()) {
      case 0x0a:
        timeNano = readTime(reader);
        break;
      case 0x12:
        line = reader.text();
        break;
      case 0x1a:
        metadata.push(readPair(reader));
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  sink.entry(timeNano, line, metadata);
}

function readTime(reader: ProtobufReader): bigint {
  const outer = reader.enter();
  let seconds = 0n;
  let nanos = 0n;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x08 || tag === 0x10) {
      reader.varint();
      const value = signed64(reader.low, reader.high);
      if (tag === 0x08) seconds = value;
      else nanos = value;
    } else reader.skip();
  }
  reader.leave(outer);
  return BigInt.asIntN(64, seconds * 1_000_000_000n + nanos);
}

function readPair(reader: ProtobufReader): [string, string] {
  const outer = reader.enter();
  let name = '';
  let value = '';
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.text();
    else if (tag === 0x12) value = reader.text();
    else reader.skip();
  }
  reader.leave(outer);
  return [name, value];
}
