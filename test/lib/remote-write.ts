// Remote write requests for tests, written as a sender would write them, and where it may, differently.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export type LabelPairs = readonly (readonly [string, string])[];

export interface WireHistogram {
  readonly timeMs: number;
  readonly startMs?: number;
  readonly count: number;
  readonly sum: number | 'stale';
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly positiveSpans?: readonly (readonly [number, number])[];
  readonly negativeSpans?: readonly (readonly [number, number])[];
  /** As differences (integers) when `isFloat` is not set. */
  readonly positive?: readonly number[];
  readonly negative?: readonly number[];
  readonly isFloat?: boolean;
  readonly customBounds?: readonly number[];
  readonly hint?: number;
}

export interface WireSeries {
  readonly labels: LabelPairs;
  readonly samples?: readonly {
    readonly timeMs: number;
    readonly value: number | 'stale';
    readonly startMs?: number;
  }[];
  readonly histograms?: readonly WireHistogram[];
  readonly exemplars?: readonly {
    readonly labels: LabelPairs;
    readonly value: number;
    readonly timeMs: number;
  }[];
  /** Only 2.0. */
  readonly createdMs?: number;
  readonly metadata?: { readonly type: number; readonly help: string; readonly unit: string };
}

export interface WireMetadata {
  readonly type: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
}

const staleBits = 0x7ff0000000000002n;

function writeValue(writer: ProtobufWriter, field: number, value: number | 'stale'): void {
  if (value === 'stale') writer.fixed64(field, staleBits);
  else writer.double(field, value);
}

function writeHistogram(writer: ProtobufWriter, histogram: WireHistogram): void {
  const { isFloat = false, positive = [], negative = [], zeroCount = 0 } = histogram;
  if (isFloat) writer.double(2, histogram.count);
  else writer.varint(1, histogram.count);
  writeValue(writer, 3, histogram.sum);
  writer.sint32(4, histogram.schema ?? 0);
  writer.double(5, histogram.zeroThreshold ?? 0);
  if (isFloat) writer.double(7, zeroCount);
  else writer.varint(6, zeroCount);
  const sides = [
    [8, histogram.negativeSpans ?? [], negative],
    [11, histogram.positiveSpans ?? [], positive],
  ] as const;
  for (const [field, spans, counts] of sides) {
    for (const [offset, length] of spans) {
      writer.message(field, () => {
        writer.sint32(1, offset);
        writer.varint(2, length);
      });
    }
    writer.message(field + (isFloat ? 2 : 1), () => {
      for (const count of counts) {
        if (isFloat) writer.packedDouble(count);
        else writer.packedVarint64(BigInt(count >= 0 ? count * 2 : -count * 2 - 1));
      }
    });
  }
  if (histogram.hint !== undefined) writer.varint(14, histogram.hint);
  writer.varint64(15, BigInt(histogram.timeMs));
  writer.message(16, () => {
    for (const bound of histogram.customBounds ?? []) writer.packedDouble(bound);
  });
  if (histogram.startMs !== undefined) writer.varint64(17, BigInt(histogram.startMs));
}

export function writeRequest1(
  series: readonly WireSeries[],
  metadata: readonly WireMetadata[] = [],
): Uint8Array {
  const writer = new ProtobufWriter();
  const writeLabels = (labels: LabelPairs): void => {
    for (const [name, value] of labels) {
      writer.message(1, () => {
        writer.text(1, name);
        writer.text(2, value);
      });
    }
  };
  for (const { labels, samples = [], histograms = [], exemplars = [] } of series) {
    writer.message(1, () => {
      writeLabels(labels);
      for (const { timeMs, value } of samples) {
        writer.message(2, () => {
          writeValue(writer, 1, value);
          writer.varint64(2, BigInt(timeMs));
        });
      }
      for (const exemplar of exemplars) {
        writer.message(3, () => {
          writeLabels(exemplar.labels);
          writer.double(2, exemplar.value);
          writer.varint64(3, BigInt(exemplar.timeMs));
        });
      }
      for (const histogram of histograms) {
        writer.message(4, () => writeHistogram(writer, histogram));
      }
    });
  }
  for (const { type, name, help, unit } of metadata) {
    writer.message(3, () => {
      writer.varint(1, type);
      writer.text(2, name);
      writer.text(4, help);
      writer.text(5, unit);
    });
  }
  return writer.finish();
}

export function writeRequest2(series: readonly WireSeries[]): Uint8Array {
  const symbols = new Map([['', 0]]);
  const refOf = (text: string): number => {
    const ref = symbols.get(text) ?? symbols.size;
    symbols.set(text, ref);
    return ref;
  };
  const writer = new ProtobufWriter();
  const refsOf = (labels: LabelPairs): Uint8Array => {
    const refs = new ProtobufWriter();
    for (const text of labels.flat()) refs.packedVarint64(BigInt(refOf(text)));
    return refs.finish();
  };
  for (const one of series) {
    writer.message(5, () => {
      writer.bytes(1, refsOf(one.labels));
      for (const { timeMs, value, startMs } of one.samples ?? []) {
        writer.message(2, () => {
          writeValue(writer, 1, value);
          writer.varint64(2, BigInt(timeMs));
          if (startMs !== undefined) writer.varint64(3, BigInt(startMs));
        });
      }
      for (const histogram of one.histograms ?? []) {
        writer.message(3, () => writeHistogram(writer, histogram));
      }
      for (const exemplar of one.exemplars ?? []) {
        writer.message(4, () => {
          writer.bytes(1, refsOf(exemplar.labels));
          writer.double(2, exemplar.value);
          writer.varint64(3, BigInt(exemplar.timeMs));
        });
      }
      const { metadata, createdMs } = one;
      if (metadata) {
        writer.message(5, () => {
          writer.varint(1, metadata.type);
          writer.varint(3, refOf(metadata.help));
          writer.varint(4, refOf(metadata.unit));
        });
      }
      if (createdMs !== undefined) writer.varint64(6, BigInt(createdMs));
    });
  }
  // Fields may come in any order: symbols behind what names them.
  for (const symbol of symbols.keys()) writer.text(4, symbol);
  return writer.finish();
}
