// Answers of remote read: all samples in one message, or a stream of frames with chunks.
//
//   ReadResponse        { QueryResult results = 1 }       QueryResult { TimeSeries timeseries = 1 }
//   TimeSeries          { Label labels = 1, Sample samples = 2, Histogram histograms = 4 }
//   ChunkedReadResponse { ChunkedSeries chunked_series = 1, int64 query_index = 2 }
//   ChunkedSeries       { Label labels = 1, Chunk chunks = 2 }
//   Chunk               { int64 min_time_ms = 1, int64 max_time_ms = 2, Encoding type = 3, bytes data = 4 }
// A frame is the varint of its size, its CRC-32C (big-endian) and the message.
// Spec: https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/
import { crc32c } from '#lib/crc32c.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { Pairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import { type Chunk, encodeChunks } from './chunk.ts';
import type { ReadSeries } from './series.ts';

/** About as large a frame may be, as in Prometheus. */
const frameBytesMax = 1 << 20;

/** Writes a ReadResponse piece by piece: results in the order of the queries, series of each. */
export class SamplesWriter {
  readonly #writer = new ProtobufWriter();
  #result: number | undefined;

  beginResult(): void {
    this.#endResult();
    this.#result = this.#writer.open(1);
  }

  series(series: ReadSeries): void {
    const writer = this.#writer;
    const { times, values, histograms } = series;
    const words = new BigInt64Array(values.buffer, values.byteOffset, values.length);
    writer.message(1, () => {
      writeLabels(writer, series.labels);
      for (let i = 0; i < times.length; i++) {
        if (histograms?.[i]) continue;
        const sample = writer.open(2);
        writer.fixed64(1, words[i] as bigint);
        writer.varint(2, times[i] as number);
        writer.close(sample);
      }
      histograms?.forEach((histogram, i) => {
        if (!histogram) return;
        writer.message(4, () => writeHistogram(writer, histogram, times[i] as number));
      });
    });
  }

  finish(): Uint8Array {
    this.#endResult();
    return this.#writer.finish();
  }

  #endResult(): void {
    if (this.#result !== undefined) this.#writer.close(this.#result);
  }
}

/** The frames of one series. */
export function* encodeFrames(series: ReadSeries, queryIndex: number): Generator<Uint8Array> {
  let chunks: Chunk[] = [];
  let bytes = 0;
  for (const chunk of encodeChunks(series)) {
    chunks.push(chunk);
    bytes += chunk.data.length + 20;
    if (bytes < frameBytesMax) continue;
    yield encodeFrame(series.labels, chunks, queryIndex);
    chunks = [];
    bytes = 0;
  }
  if (chunks.length > 0) yield encodeFrame(series.labels, chunks, queryIndex);
}

function encodeFrame(labels: Pairs, chunks: readonly Chunk[], queryIndex: number): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writeLabels(writer, labels);
    for (const { minMs, maxMs, encoding, data } of chunks) {
      writer.message(2, () => {
        writer.varint(1, minMs);
        writer.varint(2, maxMs);
        writer.varint(3, encoding);
        writer.bytes(4, data);
      });
    }
  });
  writer.varint(2, queryIndex);
  const message = writer.finish();
  const head: number[] = [];
  for (let rest = message.length; ; rest >>>= 7) {
    if (rest < 128) {
      head.push(rest);
      break;
    }
    head.push((rest & 127) | 128);
  }
  const frame = new Uint8Array(head.length + 4 + message.length);
  frame.set(head);
  new DataView(frame.buffer).setUint32(head.length, crc32c(message), false);
  frame.set(message, head.length + 4);
  return frame;
}

function writeLabels(writer: ProtobufWriter, labels: Pairs): void {
  for (const [name, value] of labels) {
    writer.message(1, () => {
      writer.text(1, name);
      writer.text(2, value);
    });
  }
}

/** A float histogram; its fields are those of src/codec/remote-write/histogram.ts. */
function writeHistogram(writer: ProtobufWriter, histogram: HistogramSample, timeMs: number): void {
  writer.double(2, histogram.count);
  writer.double(3, histogram.sum);
  writer.sint32(4, histogram.schema);
  writer.double(5, histogram.zeroThreshold);
  writer.double(7, histogram.zeroCount);
  writeSide(writer, 8, histogram.negativeSpans, histogram.negativeCounts);
  writeSide(writer, 11, histogram.positiveSpans, histogram.positiveCounts);
  writer.varint(14, histogram.counterReset);
  writer.varint(15, timeMs);
  if (histogram.customBounds.length > 0) writeDoubles(writer, 16, histogram.customBounds);
}

function writeSide(
  writer: ProtobufWriter,
  field: 8 | 11,
  spans: Int32Array,
  counts: Float64Array,
): void {
  for (let i = 0; i < spans.length; i += 2) {
    writer.message(field, () => {
      writer.sint32(1, spans[i] as number);
      writer.varint(2, spans[i + 1] as number);
    });
  }
  if (counts.length > 0) writeDoubles(writer, field + 2, counts);
}

function writeDoubles(writer: ProtobufWriter, field: number, values: Float64Array): void {
  writer.message(field, () => {
    for (const value of values) writer.packedDouble(value);
  });
}
