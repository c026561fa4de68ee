// Samples of both versions: Sample { double value = 1, int64 timestamp = 2, int64 start_timestamp = 3 (2.0) }
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { int64 } from './time.ts';

/** The sample that was read last: an answer without an object. */
export const sampleValue = { timeMs: 0, startMs: 0, low: 0, high: 0 };

/** A sample, behind its tag. */
export function readSample(reader: ProtobufReader): void {
  const outer = reader.enter();
  sampleValue.timeMs = sampleValue.startMs = sampleValue.low = sampleValue.high = 0;
  while (reader.at < reader.limit) {
    switch (reader.tag()) {
      case 0x09:
        reader.fixed64();
        sampleValue.low = reader.low;
        sampleValue.high = reader.high;
        break;
      case 0x10:
        sampleValue.timeMs = int64(reader);
        break;
      case 0x18:
        sampleValue.startMs = int64(reader);
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
}
