// logproto.PushRequest, after snappy:
//   PushRequest { streams = 1 }                Stream { labels = 1, entries = 2 }
//   Entry { timestamp = 1 { seconds = 1, nanos = 2 }, line = 2, structuredMetadata = 3 { name = 1, value = 2 } }
// Spec: https://github.com/grafana/loki/blob/main/pkg/push/push.proto
import { Lru } from '#lib/lru.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import type { Pairs } from '#model/canonical.ts';
import { malformed } from './json.ts';
import { parseLabels } from './labels.ts';
import type { PushSink } from './sink.ts';

export function readPushProtobuf(bytes: Uint8Array, sink: PushSink): void {
  // A Buffer makes views of itself at ten times the cost.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new ProtobufReader(plain);
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
  sink.stream(labelsOf(labels));
  reader.at = start;
  while (reader.at < reader.limit) {
    if (reader.tag() === 0x12) readEntry(reader, sink);
    else reader.skip();
  }
  reader.leave(outer);
}

/** Parsed before; the same streams come again and again. */
const parsed = new Lru<string, Pairs>(1024);
const parsedLengthMax = 4096;

function labelsOf(text: string): Pairs {
  const known = parsed.get(text);
  if (known) return known;
  const labels = parseLabels(text);
  if (text.length <= parsedLengthMax) parsed.set(text, labels);
  return labels;
}

const noMetadata: Pairs = [];

function readEntry(reader: ProtobufReader, sink: PushSink): void {
  const outer = reader.enter();
  let timeAt = -1;
  let from = 0;
  let to = 0;
  let metadata: [string, string][] | undefined;
  while (reader.at < reader.limit) {
    switch (reader.tag()) {
      case 0x0a:
        timeAt = reader.at;
        reader.skip();
        break;
      case 0x12:
        to = reader.passBytes();
        from = reader.from;
        break;
      case 0x1a:
        metadata ??= [];
        metadata.push(readPair(reader));
        break;
      default:
        reader.skip();
    }
  }
  const end = reader.at;
  let second = 0;
  let nano = 0;
  if (timeAt >= 0) {
    reader.at = timeAt;
    const entry = reader.enter();
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x08 || tag === 0x10) {
        reader.varint();
        const value = signedNumber(reader.low, reader.high);
        if (tag === 0x08) second = value;
        else nano = value;
      } else reader.skip();
    }
    reader.leave(entry);
    reader.at = end;
  }
  reader.leave(outer);
  sink.entryBytes(second, nano, reader.bytes, from, to, metadata ?? noMetadata);
}

/** Exact for every time that fits in 64 bits of nanoseconds. */
const signedNumber = (low: number, high: number): number =>
  high < 0x80000000 ? high * 2 ** 32 + low : -((~high >>> 0) * 2 ** 32 + (~low >>> 0) + 1);

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
