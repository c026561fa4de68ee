// Pages in the protobuf format, as Prometheus's Go client writes them.
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

export const metricTypes = {
  counter: 0,
  gauge: 1,
  summary: 2,
  untyped: 3,
  histogram: 4,
  gaugehistogram: 5,
} as const;

export interface ExemplarMessage {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly seconds?: number;
}

export interface HistogramMessage {
  readonly count?: number;
  readonly countFloat?: number;
  readonly sum?: number;
  readonly buckets?: readonly (readonly [
    bound: number,
    count: number,
    exemplar?: ExemplarMessage,
  ])[];
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  /** Offset and length of each. */
  readonly positiveSpans?: readonly (readonly [number, number])[];
  readonly positiveDeltas?: readonly number[];
  readonly positiveCounts?: readonly number[];
  readonly negativeSpans?: readonly (readonly [number, number])[];
  readonly negativeDeltas?: readonly number[];
  readonly createdSeconds?: number;
  readonly exemplars?: readonly ExemplarMessage[];
}

export interface MetricMessage {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly timestampMs?: number;
  readonly exemplar?: ExemplarMessage;
  readonly createdSeconds?: number;
  readonly quantiles?: readonly (readonly [number, number])[];
  readonly histogram?: HistogramMessage;
}

export interface FamilyMessage {
  readonly name: string;
  readonly help?: string;
  readonly unit?: string;
  readonly type: keyof typeof metricTypes;
  readonly metrics: readonly MetricMessage[];
}

export function encodeFamilies(families: readonly FamilyMessage[]): Buffer {
  return Buffer.concat(families.flatMap((family) => [encodeLength(family), encodeFamily(family)]));
}

function encodeLength(family: FamilyMessage): Buffer {
  const bytes: number[] = [];
  for (let rest = encodeFamily(family).length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

function encodeFamily({ name, help, unit, type, metrics }: FamilyMessage): Buffer {
  const writer = new ProtobufWriter();
  writer.text(1, name);
  if (help !== undefined) writer.text(2, help);
  writer.varint(3, metricTypes[type]);
  for (const metric of metrics) writer.message(4, () => writeMetric(writer, type, metric));
  if (unit !== undefined) writer.text(5, unit);
  return Buffer.from(writer.finish());
}

const fields = { counter: 3, gauge: 2, summary: 4, untyped: 5, histogram: 7, gaugehistogram: 7 };

function writeMetric(
  writer: ProtobufWriter,
  type: FamilyMessage['type'],
  metric: MetricMessage,
): void {
  writeLabels(writer, metric.labels ?? {});
  writer.message(fields[type], () => {
    if (type === 'summary') writeSummary(writer, metric);
    else if (metric.histogram) writeHistogram(writer, metric.histogram);
    else {
      writer.double(1, metric.value ?? 0);
      const { exemplar, createdSeconds } = metric;
      if (exemplar) writer.message(2, () => writeExemplar(writer, exemplar));
      if (createdSeconds) writer.message(3, () => writer.varint(1, createdSeconds));
    }
  });
  if (metric.timestampMs !== undefined) writer.varint(6, metric.timestampMs);
}

function writeLabels(writer: ProtobufWriter, labels: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(labels)) {
    writer.message(1, () => {
      writer.text(1, name);
      writer.text(2, value);
    });
  }
}

function writeSummary(writer: ProtobufWriter, { value = 0, quantiles = [] }: MetricMessage): void {
  writer.varint(1, quantiles.length);
  writer.double(2, value);
  for (const [quantile, at] of quantiles) {
    writer.message(3, () => {
      writer.double(1, quantile);
      writer.double(2, at);
    });
  }
}

function writeExemplar(writer: ProtobufWriter, { labels, value, seconds }: ExemplarMessage): void {
  writeLabels(writer, labels);
  writer.double(2, value);
  if (seconds !== undefined) writer.message(3, () => writer.varint(1, seconds));
}

function writeHistogram(writer: ProtobufWriter, histogram: HistogramMessage): void {
  writer.varint(1, histogram.count ?? 0);
  writer.double(2, histogram.sum ?? 0);
  for (const [bound, count, exemplar] of histogram.buckets ?? []) {
    writer.message(3, () => {
      writer.varint(1, count);
      writer.double(2, bound);
      if (exemplar) writer.message(3, () => writeExemplar(writer, exemplar));
    });
  }
  if (histogram.countFloat !== undefined) writer.double(4, histogram.countFloat);
  if (histogram.schema !== undefined) writer.sint32(5, histogram.schema);
  if (histogram.zeroThreshold !== undefined) writer.double(6, histogram.zeroThreshold);
  if (histogram.zeroCount !== undefined) writer.varint(7, histogram.zeroCount);
  writeSpans(writer, 9, histogram.negativeSpans);
  for (const delta of histogram.negativeDeltas ?? []) writer.sint32(10, delta);
  writeSpans(writer, 12, histogram.positiveSpans);
  for (const delta of histogram.positiveDeltas ?? []) writer.sint32(13, delta);
  for (const count of histogram.positiveCounts ?? []) writer.double(14, count);
  const { createdSeconds } = histogram;
  if (createdSeconds !== undefined) writer.message(15, () => writer.varint(1, createdSeconds));
  for (const exemplar of histogram.exemplars ?? []) {
    writer.message(16, () => writeExemplar(writer, exemplar));
  }
}

function writeSpans(
  writer: ProtobufWriter,
  field: number,
  spans: readonly (readonly [number, number])[] = [],
): void {
  for (const [offset, length] of spans) {
    writer.message(field, () => {
      writer.sint32(1, offset);
      writer.varint(2, length);
    });
  }
}
