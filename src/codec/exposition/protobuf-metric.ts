// One Metric message: the samples that it stands for.
import type { ByteBuffer } from '#lib/byte-buffer.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { formatBound } from './float.ts';
import type { MetricType, PageExemplar } from './page.ts';
import { readHistogram } from './protobuf-histogram.ts';
import {
  inside,
  type PartEntry,
  type ProtobufOptions,
  readCount,
  readExemplar,
  readPair,
  readTimestamp,
  type Value,
} from './protobuf-parts.ts';

export interface MetricParts {
  readonly entries: readonly PartEntry[];
  readonly timeMs: number;
  readonly startMs: number | undefined;
  readonly isNative: boolean;
  labels(): [string, string][];
  copyLabels(target: ByteBuffer): void;
}

/** The reader stands at the start of a Metric message and ends at its end. */
export function metricPartsOf(
  reader: ProtobufReader,
  type: MetricType,
  options: ProtobufOptions,
): MetricParts {
  const labelPlaces: number[] = [];
  let timeMs = 0;
  let value: Value | undefined;
  const fieldOfType =
    type === 'gauge' ? 0x12 : type === 'counter' ? 0x1a : type === 'unknown' ? 0x2a : 0;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const to = reader.passBytes();
      labelPlaces.push(reader.from, to);
    } else if (tag === 0x30) {
      reader.varint();
      timeMs = (reader.high | 0) * 2 ** 32 + reader.low;
    } else if (tag === fieldOfType) {
      value = inside(reader, () => readSimple(reader));
    } else if (tag === 0x22 && type === 'summary') {
      value = inside(reader, () => readSummary(reader));
    } else if (tag === 0x3a && (type === 'histogram' || type === 'gaugehistogram')) {
      value = inside(reader, () => readHistogram(reader, type, options));
    } else reader.skip();
  }
  if (value === undefined) throw reader.malformed(`a metric has no ${type}`);
  return {
    ...value,
    timeMs,
    labels: () => readLabels(reader, labelPlaces),
    copyLabels: (target) => {
      for (let i = 0; i < labelPlaces.length; i += 2) {
        const from = labelPlaces[i] as number;
        const to = labelPlaces[i + 1] as number;
        target.varint(to - from);
        target.copy(reader.bytes, from, to);
      }
    },
  };
}

/** Runs `read` at another place of the same bytes. */
function elsewhere<T>(reader: ProtobufReader, from: number, to: number, read: () => T): T {
  const { at, limit } = reader;
  reader.at = from;
  reader.limit = to;
  const value = read();
  reader.at = at;
  reader.limit = limit;
  return value;
}

function readLabels(reader: ProtobufReader, places: readonly number[]): [string, string][] {
  const labels: [string, string][] = [];
  for (let i = 0; i < places.length; i += 2) {
    const from = places[i] as number;
    const to = places[i + 1] as number;
    labels.push(elsewhere(reader, from, to, () => readPair(reader)));
  }
  return labels;
}

/** Gauge, counter and untyped: a value; a counter may have an exemplar and a start. */
function readSimple(reader: ProtobufReader): Value {
  let value = 0;
  let exemplar: PageExemplar | undefined;
  let startMs: number | undefined;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x09) value = reader.double();
    else if (tag === 0x12) exemplar = inside(reader, () => readExemplar(reader));
    else if (tag === 0x1a) startMs = inside(reader, () => readTimestamp(reader));
    else reader.skip();
  }
  const exemplars = exemplar === undefined ? [] : [exemplar];
  return { entries: [{ suffix: '', value, exemplars }], startMs, isNative: false };
}

function readSummary(reader: ProtobufReader): Value {
  let count = 0;
  let sum = 0;
  let startMs: number | undefined;
  const quantiles: PartEntry[] = [];
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x08) count = readCount(reader);
    else if (tag === 0x11) sum = reader.double();
    else if (tag === 0x1a) quantiles.push(inside(reader, () => readQuantile(reader)));
    else if (tag === 0x22) startMs = inside(reader, () => readTimestamp(reader));
    else reader.skip();
  }
  const entries = [
    { suffix: '_count', value: count },
    { suffix: '_sum', value: sum },
    ...quantiles,
  ];
  return { entries, startMs, isNative: false };
}

function readQuantile(reader: ProtobufReader): PartEntry {
  let quantile = 0;
  let value = 0;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x09) quantile = reader.double();
    else if (tag === 0x11) value = reader.double();
    else reader.skip();
  }
  return { suffix: '', label: ['quantile', formatBound(quantile)], value };
}
