// One remote write request while it is read: the cursor, the rows, and what both versions of the
// protocol do with a series, a sample, a histogram and an exemplar.
import { type MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import type { Pairs } from '#model/canonical.ts';
import { appendExemplarLabels } from '#model/exemplar-labels.ts';
import type { IdentityCache } from '#model/identity.ts';
import { type EncodedName, type MetricRows, metricRowsPool } from '#model/metric-rows.ts';
import { Rejections } from '#model/rejections.ts';
import { type Family, SeriesRows } from '#model/series-rows.ts';
import { dayOfMs, type UnixMs } from '#model/unit.ts';

export interface RemoteWriteContext {
  readonly tenant: string;
  readonly nowMs: number;
  /** Samples outside are rejected one by one; undefined is no limit. */
  readonly limits: {
    readonly minMs: number | undefined;
    readonly maxMs: number | undefined;
    /** `ingest.max_attribute_bytes`: a series with a longer label is rejected. */
    readonly labelBytesMax?: number;
  };
  readonly identities: IdentityCache;
}

export type RejectionReason =
  | 'older than ingest.max_age allows'
  | 'newer than ingest.max_future allows'
  | 'with a timestamp outside of the years 1900 to 2199'
  | 'of a series without a metric name'
  | 'of a series with a label name that is empty or repeated'
  | 'of a series with labels that are not valid UTF-8'
  | 'of a series with too many labels or too long ones'
  | 'with an invalid native histogram'
  | 'of a series whose labels refer to no symbol';

/** What the store and the language can compare with. */
const msMin = -2_208_988_800_000;
const msMax = 7_258_118_399_999;

/** As in OTLP: nobody fills our memory with parts of two bytes, or with one long label many times. */
const partsMin = 10_000;
const bytesPerPart = 8;
const mebibyte = 1024 * 1024;
const labelBytesMaxDefault = mebibyte;
/** Names of this length and more are counted in every row. */
const longName = 256;

/** Which series the reader is in: how its key and labels come about is the version's business. */
export interface SeriesSource {
  /** Of what makes the series. */
  readonly keyLow: number;
  readonly keyHigh: number;
  readonly name: EncodedName;
  /** Sorted, with `__name__`, without empty values; or why they cannot be taken. */
  labels(): Pairs | RejectionReason;
  readonly family: Family | undefined;
}

export class WriteBody {
  readonly reader: ProtobufReader;
  readonly context: RemoteWriteContext;
  readonly rows: MetricRows = metricRowsPool.take();
  readonly series: SeriesRows;
  readonly rejections = new Rejections<RejectionReason>();
  readonly labelBytesMax: number;
  /** Of all labels of a series or of an exemplar. */
  readonly labelSetBytesMax: number;
  samples = 0;
  histograms = 0;
  exemplars = 0;
  readonly #minMs: number;
  readonly #maxMs: number;
  /** Of names, labels, units and helps, each: a body says them once, rows again and again. */
  readonly #textBytesMax: number;
  #partsLeft: number;
  /** Why the series that the reader is in cannot be taken. */
  #problem: RejectionReason | undefined;
  /** Whether the rows know the series, and for which day. */
  #day = Number.NaN;
  #hasLongName = false;
  #idLow = 0;
  #idHigh = 0;

  constructor(bytes: Uint8Array, context: RemoteWriteContext) {
    this.reader = new ProtobufReader(bytes);
    this.context = context;
    this.series = new SeriesRows(context, this.rows);
    const { minMs, maxMs, labelBytesMax = labelBytesMaxDefault } = context.limits;
    this.#minMs = minMs ?? -Infinity;
    this.#maxMs = maxMs ?? Infinity;
    this.labelBytesMax = labelBytesMax;
    this.labelSetBytesMax = Math.max(mebibyte, labelBytesMax);
    this.#partsLeft = partsMin + bytes.length / bytesPerPart;
    this.#textBytesMax = Math.min(512 * mebibyte, 64 * (mebibyte + bytes.length));
  }

  /** To be called for every part that makes rows, array elements or objects. */
  countPart(): void {
    if (--this.#partsLeft < 0) throw this.reader.malformed('it has too many parts for its size');
  }

  beginSeries(): void {
    this.#day = Number.NaN;
    this.#problem = undefined;
  }

  /** `valueLow` and `valueHigh` are the bits of the value; a start of 0 is none. */
  sample(
    source: SeriesSource,
    timeMs: UnixMs,
    valueLow: number,
    valueHigh: number,
    startMs: UnixMs,
  ): void {
    if (!this.enter(source, timeMs)) return;
    this.rows.sample(source.name, this.#idLow, this.#idHigh, timeMs, valueLow, valueHigh);
    if (startMs !== 0 && startMs <= timeMs) {
      this.rows.sampleStart(source.name, this.#idLow, this.#idHigh, timeMs, startMs);
    }
    this.samples++;
  }

  /** False when nothing may be appended; else `appendHistogram` has to follow. */
  beginHistogram(source: SeriesSource, timeMs: UnixMs, startMs: UnixMs): boolean {
    if (!this.enter(source, timeMs)) return false;
    const start = startMs <= timeMs ? startMs : 0;
    this.rows.histogram(source.name, this.#idLow, this.#idHigh, timeMs, start);
    this.histograms++;
    return true;
  }

  exemplar(source: SeriesSource, timeMs: UnixMs, value: number, labels: Pairs): void {
    // Exemplars are a courtesy: one that is too old fails nobody's request.
    if (this.#timeProblem(timeMs) !== undefined || !this.enter(source, timeMs)) return;
    this.rows.exemplar(source.name, this.#idLow, this.#idHigh, timeMs);
    this.rows.exemplars.value.data.f64(value);
    appendExemplarLabels(this.rows.exemplars, labels);
    this.checkText(this.rows.exemplars.attributes.byteLength);
    this.exemplars++;
  }

  /** Makes the series one that rows may name at this time; false when the item was rejected. */
  enter(source: SeriesSource, timeMs: UnixMs): boolean {
    const problem = this.#problem ?? this.#timeProblem(timeMs);
    if (problem !== undefined) return this.reject(problem, source);
    const day = dayOfMs(timeMs);
    if (day !== this.#day && !this.#enterDay(source, day)) return false;
    if (this.#hasLongName) this.checkText(this.rows.nameBytes);
    return true;
  }

  #enterDay(source: SeriesSource, day: number): boolean {
    const { keyLow, keyHigh, name } = source;
    if (!this.series.find(keyLow, keyHigh, day) && !this.#add(source, day)) return false;
    this.#day = day;
    this.#hasLongName = name.to - name.from >= longName;
    this.#idLow = this.series.idLow;
    this.#idHigh = this.series.idHigh;
    return true;
  }

  /** `bytes` of texts of one kind are in the rows. */
  checkText(bytes: number): void {
    if (bytes <= this.#textBytesMax) return;
    throw this.malformed('its series have too many labels or too much text for its size');
  }

  /** Counts an item that cannot be taken; always false. */
  reject(reason: RejectionReason, source: SeriesSource): false {
    this.rejections.add(reason, () => describe(source));
    return false;
  }

  malformed(message: string): MalformedProtobuf {
    return this.reader.malformed(message);
  }

  #add(source: SeriesSource, day: number): boolean {
    const labels = source.labels();
    if (typeof labels === 'string') {
      this.#problem = labels;
      return this.reject(labels, source);
    }
    const { series } = this.rows;
    this.checkText(series.labels.byteLength + series.name.byteLength + series.unit.byteLength);
    let name = '';
    const others = labels.filter(([label, value]) => {
      if (label === '__name__') name = value;
      return label !== '__name__';
    });
    this.series.add(source.keyLow, source.keyHigh, day, name, others, source.family);
    return true;
  }

  #timeProblem(timeMs: UnixMs): RejectionReason | undefined {
    if (timeMs >= this.#minMs && timeMs <= this.#maxMs && timeMs >= msMin && timeMs <= msMax) {
      return undefined;
    }
    if (!(timeMs >= msMin && timeMs <= msMax)) {
      return 'with a timestamp outside of the years 1900 to 2199';
    }
    return timeMs < this.#minMs
      ? 'older than ingest.max_age allows'
      : 'newer than ingest.max_future allows';
  }
}

const describedCharactersMax = 300;

function describe(source: SeriesSource): string {
  const labels = source.labels();
  if (typeof labels === 'string') return `its labels cannot be read`;
  const pairs = labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(', ').slice(0, describedCharactersMax)}}`;
}
