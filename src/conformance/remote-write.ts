// Samples in, a body of remote write 2.0 out: io.prometheus.write.v2.Request
// 4 symbols (the first is ''), 5 time series { 1 label refs, 2 samples { 1 value, 2 timestamp,
// 3 start }, 3 histograms { 2 count, 3 sum, 4 schema, 5 zero threshold, 7 zero count, 8 and 11 spans,
// 10 and 13 counts, 14 reset hint, 15 timestamp, 16 custom bounds, 17 start }, 4 exemplars }
// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
import { compress } from 'snappy';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { Buckets, CounterReset, Histogram } from '#query/vector/histogram/histogram.ts';
import { STALE_BITS } from '#query/vector/stale.ts';
import type { Labels } from '#query/vector/value.ts';
import type { Asked } from './http.ts';
import type { LoadedSample } from './promqltest/load.ts';

export interface WrittenExemplar {
  readonly timeMs: number;
  readonly value: number;
  readonly labels: Labels;
}

export interface WrittenSeries {
  readonly labels: Labels;
  /** Ascending by time. */
  readonly samples: readonly LoadedSample[];
  readonly exemplars?: readonly WrittenExemplar[];
}

/** The request that sends a body. */
export async function writeRequest(body: Uint8Array, tenant?: string): Promise<Asked> {
  return {
    method: 'POST',
    path: '/api/v1/write',
    headers: {
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '2.0.0',
      ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
    },
    body: await compress(Buffer.from(body)),
  };
}

export function encodeWrite(series: readonly WrittenSeries[]): Uint8Array {
  const symbols = new Map<string, number>([['', 0]]);
  const refOf = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const refs = series.map(({ labels }) => labelRefs(labels, refOf));
  for (const { exemplars = [] } of series) {
    for (const { labels } of exemplars) labelRefs(labels, refOf);
  }
  const writer = new ProtobufWriter();
  for (const text of symbols.keys()) writer.text(4, text);
  for (const [i, { samples, exemplars = [] }] of series.entries()) {
    for (const [run, some] of byKind(samples).entries()) {
      writer.message(5, () => {
        writeRefs(writer, refs[i] as number[]);
        for (const sample of some) writeSample(writer, sample);
        if (run > 0) return;
        for (const exemplar of exemplars) writeExemplar(writer, exemplar, refOf);
      });
    }
  }
  return writer.finish();
}

/**
 * A time series of the protocol holds either samples or histograms. Their order stays: Prometheus
 * takes nothing that is older than what it has of a series.
 */
function byKind(samples: readonly LoadedSample[]): (readonly LoadedSample[])[] {
  const runs: LoadedSample[][] = [];
  let isLast: boolean | undefined;
  for (const sample of samples) {
    const isHistogram = sample.item.kind === 'histogram';
    if (isHistogram === isLast) runs.at(-1)?.push(sample);
    else runs.push([sample]);
    isLast = isHistogram;
  }
  return runs.length === 0 ? [[]] : runs;
}

function labelRefs(labels: Labels, refOf: (text: string) => number): number[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [refOf(name), refOf(value)]);
}

function writeRefs(writer: ProtobufWriter, refs: readonly number[]): void {
  writer.message(1, () => {
    for (const ref of refs) writer.packedVarint64(BigInt(ref));
  });
}

function writeExemplar(
  writer: ProtobufWriter,
  { labels, value, timeMs }: WrittenExemplar,
  refOf: (text: string) => number,
): void {
  writer.message(4, () => {
    writeRefs(writer, labelRefs(labels, refOf));
    writer.double(2, value);
    writer.varint(3, timeMs);
  });
}

/** 0 would say that the start is not known; a millisecond beside it is what the protocol advises. */
const startOf = (startMs: number): number => (startMs === 0 ? 1 : startMs);

function writeSample(writer: ProtobufWriter, { timeMs, item, startMs }: LoadedSample): void {
  if (item.kind === 'histogram') {
    writer.message(3, () => writeHistogram(writer, item.histogram, timeMs, startMs));
    return;
  }
  writer.message(2, () => {
    if (item.kind === 'stale') writer.fixed64(1, STALE_BITS);
    else writer.double(1, item.value);
    writer.varint(2, timeMs);
    if (startMs !== undefined) writer.varint(3, startOf(startMs));
  });
}

const hints: Readonly<Record<CounterReset, number>> = {
  unknown: 0,
  reset: 1,
  'not-reset': 2,
  gauge: 3,
};

function writeHistogram(
  writer: ProtobufWriter,
  histogram: Histogram,
  timeMs: number,
  startMs: number | undefined,
): void {
  writer.double(2, histogram.count);
  writer.double(3, histogram.sum);
  writer.sint32(4, histogram.schema);
  writer.double(5, histogram.zeroThreshold);
  writer.double(7, histogram.zeroCount);
  writeBuckets(writer, histogram.negative, 8);
  writeBuckets(writer, histogram.positive, 11);
  writer.varint(14, hints[histogram.counterReset]);
  writer.varint(15, timeMs);
  if (histogram.customBounds.length > 0) {
    writer.message(16, () => {
      for (const bound of histogram.customBounds) writer.packedDouble(bound);
    });
  }
  if (startMs !== undefined) writer.varint(17, startOf(startMs));
}

/** Spans in field `field`, counts two fields further. */
function writeBuckets(writer: ProtobufWriter, { indexes, counts }: Buckets, field: number): void {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indexes) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: last ? index - next : index, length: 1 });
    next = index + 1;
  }
  for (const { offset, length } of spans) {
    writer.message(field, () => {
      writer.sint32(1, offset);
      writer.varint(2, length);
    });
  }
  if (counts.length === 0) return;
  writer.message(field + 2, () => {
    for (const count of counts) writer.packedDouble(count);
  });
}
