// The Histogram message: classic buckets, a native histogram, or both.
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import { checkHistogram } from './check-histogram.ts';
import { formatBound } from './float.ts';
import type { PageExemplar } from './page.ts';
import {
  inside,
  type PartEntry,
  type ProtobufOptions,
  readCount,
  readExemplar,
  readTimestamp,
  type Value,
} from './protobuf-parts.ts';

interface Bucket {
  readonly bound: number;
  readonly count: number;
  readonly exemplar: PageExemplar | undefined;
}

class Fields {
  count = 0;
  countFloat = 0;
  sum = 0;
  schema = 0;
  zeroThreshold = 0;
  zeroCount = 0;
  zeroCountFloat = 0;
  startMs: number | undefined;
  readonly buckets: Bucket[] = [];
  readonly positiveSpans: number[] = [];
  readonly positiveDeltas: number[] = [];
  readonly positiveCounts: number[] = [];
  readonly negativeSpans: number[] = [];
  readonly negativeDeltas: number[] = [];
  readonly negativeCounts: number[] = [];
  readonly exemplars: PageExemplar[] = [];
}

export function readHistogram(
  reader: ProtobufReader,
  type: 'histogram' | 'gaugehistogram',
  options: ProtobufOptions,
): Value {
  const from = reader.at;
  const fields = new Fields();
  while (reader.at < reader.limit) readField(reader, reader.tag(), fields);
  const isNative = options.nativeHistograms && saysNative(fields);
  const entries: PartEntry[] = [];
  if (isNative) {
    const histogram = toNative(fields, type === 'gaugehistogram');
    const problem = checkHistogram(histogram);
    if (problem !== undefined) throw reader.malformed(problem, from);
    entries.push({ suffix: '', value: 0, histogram, exemplars: nativeExemplars(fields) });
  }
  const hasClassic = !isNative || (options.alwaysClassic && fields.buckets.length > 0);
  if (hasClassic) for (const entry of classicEntries(fields)) entries.push(entry);
  return { entries, startMs: fields.startMs, isNative };
}

function readField(reader: ProtobufReader, tag: number, fields: Fields): void {
  switch (tag) {
    case 0x08:
      fields.count = readCount(reader);
      return;
    case 0x21:
      fields.countFloat = reader.double();
      return;
    case 0x11:
      fields.sum = reader.double();
      return;
    case 0x1a:
      fields.buckets.push(inside(reader, () => readBucket(reader)));
      return;
    case 0x28:
      fields.schema = readZigZag(reader);
      return;
    case 0x31:
      fields.zeroThreshold = reader.double();
      return;
    case 0x38:
      fields.zeroCount = readCount(reader);
      return;
    case 0x41:
      fields.zeroCountFloat = reader.double();
      return;
    case 0x7a:
      fields.startMs = inside(reader, () => readTimestamp(reader));
      return;
    case 0x82:
      fields.exemplars.push(inside(reader, () => readExemplar(reader)));
      return;
    default:
      readBuckets(reader, tag, fields);
  }
}

/** Spans and counts; repeated numbers come packed or one by one. */
function readBuckets(reader: ProtobufReader, tag: number, fields: Fields): void {
  switch (tag >>> 3) {
    case 9:
      readSpan(reader, fields.negativeSpans);
      return;
    case 10:
      readRepeated(reader, tag, 0, fields.negativeDeltas);
      return;
    case 11:
      readRepeated(reader, tag, 1, fields.negativeCounts);
      return;
    case 12:
      readSpan(reader, fields.positiveSpans);
      return;
    case 13:
      readRepeated(reader, tag, 0, fields.positiveDeltas);
      return;
    case 14:
      readRepeated(reader, tag, 1, fields.positiveCounts);
      return;
    default:
      reader.skip();
  }
}

function readRepeated(reader: ProtobufReader, tag: number, wire: 0 | 1, values: number[]): void {
  const one = (): number => (wire === 0 ? readZigZag(reader) : reader.double());
  if ((tag & 7) === wire) values.push(one());
  else if ((tag & 7) !== 2) reader.skip();
  else {
    inside(reader, () => {
      while (reader.at < reader.limit) values.push(one());
    });
  }
}

function readSpan(reader: ProtobufReader, spans: number[]): void {
  if ((reader.lastTag & 7) !== 2) {
    reader.skip();
    return;
  }
  let offset = 0;
  let length = 0;
  inside(reader, () => {
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x08) offset = readZigZag(reader);
      else if (tag === 0x10) length = reader.varint();
      else reader.skip();
    }
  });
  spans.push(offset, length);
}

function readZigZag(reader: ProtobufReader): number {
  reader.varint();
  const half = reader.high * 2 ** 31 + (reader.low >>> 1);
  return (reader.low & 1) === 0 ? half : -half - 1;
}

function readBucket(reader: ProtobufReader): Bucket {
  let count = 0;
  let countFloat = 0;
  let bound = 0;
  let exemplar: PageExemplar | undefined;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x08) count = readCount(reader);
    else if (tag === 0x21) countFloat = reader.double();
    else if (tag === 0x11) bound = reader.double();
    else if (tag === 0x1a) exemplar = inside(reader, () => readExemplar(reader));
    else reader.skip();
  }
  return { bound, count: countFloat > 0 ? countFloat : count, exemplar };
}

/** A native histogram that has seen nothing yet says so by a span of length 0. */
const saysNative = (fields: Fields): boolean =>
  fields.positiveSpans.length > 0 ||
  fields.negativeSpans.length > 0 ||
  fields.zeroThreshold > 0 ||
  fields.zeroCount > 0 ||
  fields.zeroCountFloat > 0;

function toNative(fields: Fields, isGauge: boolean): HistogramSample {
  const isFloat = fields.countFloat > 0 || fields.zeroCountFloat > 0;
  return {
    schema: fields.schema,
    count: isFloat ? fields.countFloat : fields.count,
    sum: fields.sum,
    zeroThreshold: fields.zeroThreshold,
    zeroCount: isFloat ? fields.zeroCountFloat : fields.zeroCount,
    positiveSpans: Int32Array.from(fields.positiveSpans),
    positiveCounts: isFloat
      ? Float64Array.from(fields.positiveCounts)
      : summed(fields.positiveDeltas),
    negativeSpans: Int32Array.from(fields.negativeSpans),
    negativeCounts: isFloat
      ? Float64Array.from(fields.negativeCounts)
      : summed(fields.negativeDeltas),
    customBounds: new Float64Array(0),
    counterReset: isGauge ? 3 : 0,
  };
}

function summed(deltas: readonly number[]): Float64Array {
  const counts = new Float64Array(deltas.length);
  let count = 0;
  deltas.forEach((delta, i) => {
    count += delta;
    counts[i] = count;
  });
  return counts;
}

/** Without a time an exemplar of a native histogram cannot be told from one that came before. */
function nativeExemplars({ exemplars, buckets }: Fields): PageExemplar[] {
  const all = exemplars.length > 0 ? exemplars : buckets.map(({ exemplar }) => exemplar);
  return all.filter((exemplar) => exemplar?.timeMs !== undefined) as PageExemplar[];
}

function classicEntries(fields: Fields): PartEntry[] {
  const count = fields.countFloat > 0 ? fields.countFloat : fields.count;
  const entries: PartEntry[] = [
    { suffix: '_count', value: count },
    { suffix: '_sum', value: fields.sum },
  ];
  for (const bucket of fields.buckets) {
    const exemplars = bucket.exemplar ? [bucket.exemplar] : [];
    entries.push({ ...bucketEntry(bucket.bound, bucket.count), exemplars });
    if (bucket.bound === Number.POSITIVE_INFINITY) return entries;
  }
  entries.push(bucketEntry(Number.POSITIVE_INFINITY, count));
  return entries;
}

const bucketEntry = (bound: number, count: number): PartEntry => ({
  suffix: '_bucket',
  label: ['le', formatBound(bound)],
  value: count,
});
