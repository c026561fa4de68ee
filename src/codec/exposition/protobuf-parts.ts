// Pieces that several messages of the protobuf format have.
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { isUtf8 } from '#lib/utf8.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import type { PageExemplar } from './page.ts';
import { finishLabels } from './series-text.ts';

export interface ProtobufOptions {
  /** `scrape_native_histograms`: else only the classic part of a histogram is read. */
  readonly nativeHistograms: boolean;
  /** `always_scrape_classic_histograms`: the classic part beside the native one, too. */
  readonly alwaysClassic: boolean;
}

export interface PartEntry {
  /** What the name has behind that of the family. */
  readonly suffix: string;
  readonly label?: readonly [name: string, value: string];
  readonly value: number;
  readonly histogram?: HistogramSample;
  readonly exemplars?: readonly PageExemplar[];
}

/** What a counter, gauge, summary or histogram of the metric says. */
export interface Value {
  readonly entries: readonly PartEntry[];
  readonly startMs: number | undefined;
  readonly isNative: boolean;
}

/** Runs `read` within the message that comes next. */
export function inside<T>(reader: ProtobufReader, read: () => T): T {
  const outer = reader.enter();
  const value = read();
  reader.leave(outer);
  return value;
}

export function readPair(reader: ProtobufReader): [string, string] {
  const pair: [string, string] = ['', ''];
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag !== 0x0a && tag !== 0x12) {
      reader.skip();
      continue;
    }
    const to = reader.passBytes();
    if (!isUtf8(reader.bytes, reader.from, to)) {
      throw reader.malformed('a label is not UTF-8', reader.from);
    }
    pair[tag === 0x0a ? 0 : 1] = Buffer.from(reader.bytes.subarray(reader.from, to)).toString();
  }
  return pair;
}

export function readCount(reader: ProtobufReader): number {
  reader.varint();
  return reader.high * 2 ** 32 + reader.low;
}

export function readTimestamp(reader: ProtobufReader): number {
  let timeMs = 0;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x08) {
      reader.varint();
      timeMs += ((reader.high | 0) * 2 ** 32 + reader.low) * 1000;
    } else if (tag === 0x10) timeMs += Math.trunc((reader.varint() | 0) / 1e6);
    else reader.skip();
  }
  if (!Number.isSafeInteger(timeMs)) throw reader.malformed('a timestamp is no time');
  return timeMs;
}

export function readExemplar(reader: ProtobufReader): PageExemplar {
  const labels: [string, string][] = [];
  let value = 0;
  let timeMs: number | undefined;
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) labels.push(inside(reader, () => readPair(reader)));
    else if (tag === 0x11) value = reader.double();
    else if (tag === 0x1a) timeMs = inside(reader, () => readTimestamp(reader));
    else reader.skip();
  }
  return { labels: finishLabels(labels), value, timeMs };
}
