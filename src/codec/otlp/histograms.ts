// Data points of histograms with explicit bounds: expanded to the series that Prometheus has for them,
// `_bucket` per bound with counts that add up, `_sum` and `_count`.
//
//   HistogramDataPoint { KeyValue attributes = 9, fixed64 start_time_unix_nano = 2,
//                        fixed64 time_unix_nano = 3, fixed64 count = 4, double sum = 5,
//                        repeated fixed64 bucket_counts = 6, repeated double explicit_bounds = 7,
//                        Exemplar exemplars = 8, uint32 flags = 10, double min = 11, double max = 12 }
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { type SeriesName, staleHigh, staleLow } from '#model/metric-rows.ts';
import { DoubleList } from './double-list.ts';
import type { MetricFamily } from './metric-family.ts';
import { NumberValue } from './number-value.ts';
import {
  noRecordedValue,
  type PointParts,
  type PointScanner,
  reject,
  tooLarge,
} from './point-parts.ts';
import type { RejectionReason } from './rejections.ts';

export class HistogramScanner implements PointScanner {
  readonly #parts: PointParts;
  readonly #counts = new DoubleList();
  readonly #bounds = new DoubleList();
  readonly #value = new NumberValue();
  #timeLow = 0;
  #timeHigh = 0;
  #startLow = 0;
  #startHigh = 0;
  #count = 0;
  #hasSum = false;
  #sumLow = 0;
  #sumHigh = 0;
  #flags = 0;

  constructor(parts: PointParts) {
    this.#parts = parts;
  }

  point(family: MetricFamily, isDelta: boolean): boolean {
    const { series, times, exemplars } = this.#parts;
    this.#scan();
    const isStale = (this.#flags & noRecordedValue) !== 0;
    const reason =
      this.#shapeReason(isStale) ??
      times.enter(this.#timeLow, this.#timeHigh, this.#startLow, this.#startHigh);
    if (reason !== undefined) return reject(this.#parts, reason, family);
    series.endAttributes();
    if (!series.enter(family.count, times.day)) return reject(this.#parts, tooLarge, family);
    this.#emit(family.count, isDelta, isStale, this.#count);
    if (this.#hasSum || isStale) {
      series.enter(family.sum, times.day);
      this.#value.low = this.#sumLow;
      this.#value.high = this.#sumHigh;
      this.#emitBits(family.sum, isDelta, isStale);
    }
    this.#emitBuckets(family, isDelta, isStale);
    times.count();
    exemplars.append(0x42, times, series, family, this.#enterBucketOf);
    return true;
  }

  #emitBuckets(family: MetricFamily, isDelta: boolean, isStale: boolean): void {
    const { series, times } = this.#parts;
    let total = 0;
    for (let i = 0; i < this.#bounds.length; i++) {
      const bound = this.#bounds.at(i);
      if (bound === Infinity) break;
      total += this.#counts.at(i);
      series.enterLabelled(family.bucket, times.day, 'le', bound);
      this.#emit(family.bucket, isDelta, isStale, total);
    }
    series.enterLabelled(family.bucket, times.day, 'le', Infinity);
    this.#emit(family.bucket, isDelta, isStale, this.#count);
  }

  #emit(name: SeriesName, isDelta: boolean, isStale: boolean, value: number): void {
    this.#value.set(value);
    this.#emitBits(name, isDelta, isStale);
  }

  #emitBits(name: SeriesName, isDelta: boolean, isStale: boolean): void {
    const { rows, series, times } = this.#parts;
    const low = isStale ? staleLow : this.#value.low;
    const high = isStale ? staleHigh : this.#value.high;
    const { idLow, idHigh } = series;
    const { timeMs, startMs } = times;
    if (isDelta) rows.deltaSample(name, idLow, idHigh, timeMs, startMs, low, high);
    else rows.sample(name, idLow, idHigh, timeMs, low, high);
  }

  /** The bucket that a value falls in: the first whose bound is not below it. */
  readonly #enterBucketOf = (value: number, family: MetricFamily): SeriesName => {
    const { series, times } = this.#parts;
    let bound = Infinity;
    for (let i = this.#bounds.length - 1; i >= 0 && value <= this.#bounds.at(i); i--) {
      bound = this.#bounds.at(i);
    }
    series.enterLabelled(family.bucket, times.day, 'le', bound);
    return family.bucket;
  };

  #shapeReason(isStale: boolean): RejectionReason | undefined {
    const bounds = this.#bounds;
    const counts = this.#counts;
    for (let i = 0; i < bounds.length; i++) {
      const isRising = i === 0 ? bounds.at(0) > -Infinity : bounds.at(i) > bounds.at(i - 1);
      if (!isRising) return 'with bounds that do not rise';
    }
    if (isStale || counts.length === bounds.length + 1) return undefined;
    if (counts.length === 0 && bounds.length === 0) return undefined;
    return 'with bucket counts that do not fit the bounds';
  }

  #scan(): void {
    const { body, series, exemplars } = this.#parts;
    const { reader } = body;
    series.beginPoint(0x4a);
    exemplars.begin();
    this.#reset();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x11:
          reader.fixed64();
          this.#startLow = reader.low;
          this.#startHigh = reader.high;
          break;
        case 0x19:
          reader.fixed64();
          this.#timeLow = reader.low;
          this.#timeHigh = reader.high;
          break;
        case 0x21:
          this.#count = fixed64AsDouble(reader);
          break;
        case 0x29:
          reader.fixed64();
          this.#sumLow = reader.low;
          this.#sumHigh = reader.high;
          this.#hasSum = true;
          break;
        case 0x42:
          exemplars.pass();
          break;
        case 0x4a:
          series.attribute();
          break;
        case 0x50:
          this.#flags = reader.varint();
          break;
        default:
          this.#scanBuckets(reader);
      }
    }
  }

  /** Fields 6 and 7, packed (wire type 2) or one by one (wire type 1). */
  #scanBuckets(reader: ProtobufReader): void {
    switch (reader.lastTag) {
      case 0x32: {
        const outer = reader.enter();
        while (reader.at < reader.limit) this.#counts.push(fixed64AsDouble(reader));
        reader.leave(outer);
        return;
      }
      case 0x31:
        this.#counts.push(fixed64AsDouble(reader));
        return;
      case 0x3a: {
        const outer = reader.enter();
        while (reader.at < reader.limit) this.#bounds.push(reader.double());
        reader.leave(outer);
        return;
      }
      case 0x39:
        this.#bounds.push(reader.double());
        return;
      default:
        reader.skip();
    }
  }

  #reset(): void {
    this.#timeLow = this.#timeHigh = this.#startLow = this.#startHigh = 0;
    this.#count = this.#sumLow = this.#sumHigh = this.#flags = 0;
    this.#hasSum = false;
    this.#counts.clear();
    this.#bounds.clear();
  }
}

/** An unsigned count; above 2^53 the nearest double. */
export function fixed64AsDouble(reader: ProtobufReader): number {
  reader.fixed64();
  return reader.high * 0x100000000 + reader.low;
}
