// The protobuf format: io.prometheus.client.MetricFamily messages, each behind its length.
// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import { isUtf8 } from '#lib/utf8.ts';
import type { Pairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import {
  type EntryKind,
  entryKind,
  type MetricType,
  type Page,
  type PageExemplar,
} from './page.ts';
import { type MetricParts, metricPartsOf } from './protobuf-metric.ts';
import type { PartEntry, ProtobufOptions } from './protobuf-parts.ts';
import { finishLabels } from './series-text.ts';

const types: readonly MetricType[] = [
  'counter',
  'gauge',
  'summary',
  'unknown',
  'histogram',
  'gaugehistogram',
];

export class ProtobufPage implements Page {
  family = '';
  text = '';
  type: MetricType = 'unknown';
  keyFrom = 0;
  keyTo = 0;
  readonly known = -1;
  value = 0;
  histogram: HistogramSample | undefined;
  hasTime = false;
  timeMs = 0;
  startMs: number | undefined;
  isBesideNative = false;

  readonly #reader: ProtobufReader;
  readonly #options: ProtobufOptions;
  readonly #key = new ByteBuffer(256);
  /** Of the family: from and to of each metric. */
  readonly #metrics: number[] = [];
  #metricAt = 0;
  #help = '';
  #unit = '';
  /** What is left to say about the family: type, help, unit. */
  readonly #said: EntryKind[] = [];
  #parts: MetricParts | undefined;
  #partAt = 0;
  #part: PartEntry | undefined;
  #exemplarAt = 0;

  constructor(bytes: Uint8Array, options: ProtobufOptions) {
    this.#reader = new ProtobufReader(bytes);
    this.#options = options;
  }

  get keyBytes(): Uint8Array {
    return this.#key.bytes;
  }

  next(): EntryKind {
    return asInput(() => this.#next());
  }

  labels(): Pairs {
    const parts = this.#parts as MetricParts;
    const { suffix, label } = this.#part as PartEntry;
    const shown = asInput(() => parts.labels());
    const labels: [string, string][] = [['__name__', this.family + suffix], ...shown];
    if (label) labels.push([label[0], label[1]]);
    return finishLabels(labels);
  }

  exemplar(): PageExemplar | undefined {
    return this.#part?.exemplars?.[this.#exemplarAt++];
  }

  settle(): void {}

  #next(): EntryKind {
    const reader = this.#reader;
    for (;;) {
      const said = this.#said.shift();
      if (said !== undefined) return this.#say(said);
      const part = this.#parts?.entries[this.#partAt++];
      if (part !== undefined) return this.#enter(part);
      this.#parts = undefined;
      if (this.#metricAt < this.#metrics.length) this.#readMetric();
      else if (reader.at >= reader.limit) return entryKind.end;
      else this.#readFamily();
    }
  }

  #say(kind: EntryKind): EntryKind {
    this.text =
      kind === entryKind.help ? this.#help : kind === entryKind.unit ? this.#unit : this.type;
    return kind;
  }

  #enter(part: PartEntry): EntryKind {
    this.#part = part;
    this.#exemplarAt = 0;
    const parts = this.#parts as MetricParts;
    const key = this.#key;
    key.length = 0;
    key.text(this.family + part.suffix);
    key.u8(0xff);
    key.text(part.label?.[1] ?? '');
    key.u8(part.histogram === undefined ? 0xff : 0xfe);
    parts.copyLabels(key);
    this.keyFrom = 0;
    this.keyTo = key.length;
    this.value = part.value;
    this.histogram = part.histogram;
    this.timeMs = parts.timeMs;
    this.hasTime = parts.timeMs !== 0;
    this.startMs = parts.startMs;
    this.isBesideNative = parts.isNative && part.histogram === undefined;
    return part.histogram === undefined ? entryKind.sample : entryKind.histogram;
  }

  #readMetric(): void {
    const reader = this.#reader;
    const { at, limit } = reader;
    const from = this.#metrics[this.#metricAt] as number;
    const to = this.#metrics[this.#metricAt + 1] as number;
    this.#metricAt += 2;
    reader.at = from;
    reader.limit = to;
    this.#parts = metricPartsOf(reader, this.type, this.#options);
    this.#partAt = 0;
    reader.at = at;
    reader.limit = limit;
  }

  /** Goes over a family and keeps what is said of all its metrics, and where they are. */
  #readFamily(): void {
    const reader = this.#reader;
    this.#metrics.length = 0;
    this.#metricAt = 0;
    this.family = '';
    this.#help = '';
    this.#unit = '';
    let type = 0;
    const outer = reader.enter();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
          this.family = this.#text('the name of a family');
          break;
        case 0x12:
          this.#help = this.#text('the help of a family');
          break;
        case 0x18:
          type = reader.varint();
          break;
        case 0x22: {
          const to = reader.passBytes();
          this.#metrics.push(reader.from, to);
          break;
        }
        case 0x2a:
          this.#unit = this.#text('the unit of a family');
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    // Families without metrics say nothing.
    if (this.#metrics.length > 0) this.#startFamily(type);
  }

  #startFamily(type: number): void {
    if (this.family === '') throw this.#reader.malformed('a family has no name');
    const name = types[type];
    if (name === undefined) {
      throw this.#reader.malformed(`family "${this.family}" has the unknown type ${type}`);
    }
    this.type = name;
    this.#said.push(entryKind.type);
    if (this.#help !== '') this.#said.push(entryKind.help);
    if (this.#unit === '') return;
    const base = name === 'counter' ? this.family.replace(/_total$/, '') : this.family;
    if (!base.endsWith(`_${this.#unit}`)) {
      throw this.#reader.malformed(
        `unit "${this.#unit}" is not the end of the metric name "${this.family}"`,
      );
    }
    this.#said.push(entryKind.unit);
  }

  #text(what: string): string {
    const reader = this.#reader;
    const to = reader.passBytes();
    if (!isUtf8(reader.bytes, reader.from, to)) {
      throw reader.malformed(`${what} is not UTF-8`, reader.from);
    }
    return Buffer.from(reader.bytes.subarray(reader.from, to)).toString();
  }
}

/** Bytes that are no protobuf are the fault of the page. */
function asInput<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    throw new InputError('exposition_malformed', `byte ${error.offset}: ${error.message}`);
  }
}
