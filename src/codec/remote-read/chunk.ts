// The samples of a series as chunks of Prometheus's storage: XOR chunks of floats and chunks of float
// histograms. A chunk holds one kind, and histograms of one layout.
// https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md
import type { HistogramSample } from '#model/histogram-sample.ts';
import { BitWriter, fits } from './bit-writer.ts';
import type { ReadSeries } from './series.ts';
import { XorState } from './xor.ts';

export interface Chunk {
  readonly minMs: number;
  readonly maxMs: number;
  /** 1 XOR, 3 float histogram. */
  readonly encoding: 1 | 3;
  readonly data: Uint8Array;
}

/** As many as Prometheus puts into one. */
const samplesMax = 120;

const customSchema = -53;
/** By `counterReset`: whether the first histogram begins anew, or all are gauges. */
const headers = [0, 0x80, 0x40, 0xc0] as const;
const isNotReset = 2;
const isGauge = 3;

export function* encodeChunks(series: ReadSeries): Generator<Chunk> {
  const { times } = series;
  for (let from = 0; from < times.length; ) {
    const to = endOfChunk(series, from);
    const isHistogram = series.histograms?.[from] !== undefined;
    yield {
      minMs: times[from] as number,
      maxMs: times[to - 1] as number,
      encoding: isHistogram ? 3 : 1,
      data: isHistogram ? encodeHistograms(series, from, to) : encodeFloats(series, from, to),
    };
    from = to;
  }
}

function endOfChunk({ times, histograms }: ReadSeries, from: number): number {
  const first = histograms?.[from];
  let to = from + 1;
  const end = Math.min(times.length, from + samplesMax);
  while (to < end && joins(first, histograms?.[to])) to++;
  return to;
}

/** Whether a sample can be in the chunk that begins with `first`. */
function joins(first: HistogramSample | undefined, next: HistogramSample | undefined): boolean {
  if (!first || !next) return first === next;
  // Readers take every histogram of a counter but the first for one without a reset before it.
  const isContinued =
    first.counterReset === isGauge
      ? next.counterReset === isGauge
      : next.counterReset === isNotReset;
  return (
    isContinued &&
    first.schema === next.schema &&
    first.zeroThreshold === next.zeroThreshold &&
    isEqual(first.positiveSpans, next.positiveSpans) &&
    isEqual(first.negativeSpans, next.negativeSpans) &&
    isEqual(first.customBounds, next.customBounds)
  );
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function encodeFloats({ times, values }: ReadSeries, from: number, to: number): Uint8Array {
  const writer = new BitWriter();
  const words = wordsOf(values);
  const value = new XorState();
  writer.bits(to - from, 16);
  let delta = 0;
  for (let i = from; i < to; i++) {
    const time = times[i] as number;
    const [low, high] = [words[i * 2] as number, words[i * 2 + 1] as number];
    if (i === from) {
      writer.varint(time);
      value.first(writer, low, high);
      continue;
    }
    const before = delta;
    delta = time - (times[i - 1] as number);
    if (i === from + 1) writer.uvarint(delta);
    else writeTimeChange(writer, delta - before);
    value.next(writer, low, high);
  }
  return writer.finish();
}

/** The difference of the differences of times. */
function writeTimeChange(writer: BitWriter, change: number): void {
  if (change === 0) writer.bits(0, 1);
  else if (fits(change, 14)) {
    writer.bits(0b10, 2);
    writer.integer(change, 14);
  } else if (fits(change, 17)) {
    writer.bits(0b110, 3);
    writer.integer(change, 17);
  } else if (fits(change, 20)) {
    writer.bits(0b1110, 4);
    writer.integer(change, 20);
  } else {
    writer.bits(0b1111, 4);
    writer.integer(change, 64);
  }
}

function encodeHistograms(series: ReadSeries, from: number, to: number): Uint8Array {
  const writer = new BitWriter();
  const histograms = series.histograms as readonly HistogramSample[];
  const first = histograms[from] as HistogramSample;
  writer.bits(to - from, 16);
  writer.byte(headers[first.counterReset] ?? 0);
  writeLayout(writer, first);
  const states = Array.from(
    { length: 3 + first.positiveCounts.length + first.negativeCounts.length },
    () => new XorState(),
  );
  let delta = 0;
  for (let i = from; i < to; i++) {
    const time = series.times[i] as number;
    const before = delta;
    if (i === from) writer.varbitInt(time);
    else {
      delta = time - (series.times[i - 1] as number);
      writer.varbitInt(delta - before);
    }
    const { count, zeroCount, sum, positiveCounts, negativeCounts } = histograms[
      i
    ] as HistogramSample;
    const words = wordsOf(
      Float64Array.of(count, zeroCount, sum, ...positiveCounts, ...negativeCounts),
    );
    states.forEach((state, number) => {
      const [low, high] = [words[number * 2] as number, words[number * 2 + 1] as number];
      if (i === from) state.first(writer, low, high);
      else state.next(writer, low, high);
    });
  }
  return writer.finish();
}

function writeLayout(writer: BitWriter, histogram: HistogramSample): void {
  writeZeroThreshold(writer, histogram.zeroThreshold);
  writer.varbitInt(histogram.schema);
  for (const spans of [histogram.positiveSpans, histogram.negativeSpans]) {
    writer.varbitUint(spans.length / 2);
    for (let i = 0; i < spans.length; i += 2) {
      writer.varbitUint(spans[i + 1] as number);
      writer.varbitInt(spans[i] as number);
    }
  }
  if (histogram.schema !== customSchema) return;
  writer.varbitUint(histogram.customBounds.length);
  for (const bound of histogram.customBounds) writeBound(writer, bound);
}

/** A byte for powers of two, a byte and the float for others. */
function writeZeroThreshold(writer: BitWriter, threshold: number): void {
  if (threshold === 0) {
    writer.byte(0);
    return;
  }
  // The exponent that makes it 0.5 · 2^exponent.
  const exponent = Math.round(Math.log2(threshold)) + 1;
  if (exponent >= -242 && exponent <= 11 && 2 ** (exponent - 1) === threshold) {
    writer.byte(exponent + 243);
    return;
  }
  writer.byte(255);
  writeFloat(writer, threshold);
}

/** Thousandths that are small are numbers, others a 0 and the float. */
function writeBound(writer: BitWriter, bound: number): void {
  const thousandths = Math.round(bound * 1000);
  if (thousandths >= 0 && thousandths <= 33_554_430 && thousandths / 1000 === bound) {
    writer.varbitUint(thousandths + 1);
    return;
  }
  writer.bits(0, 1);
  writeFloat(writer, bound);
}

function writeFloat(writer: BitWriter, value: number): void {
  const [low, high] = wordsOf(Float64Array.of(value)) as unknown as [number, number];
  writer.bits64(high, low, 64);
}

/** Low and high half of each number: NaNs keep their bits. */
const wordsOf = (values: Float64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
