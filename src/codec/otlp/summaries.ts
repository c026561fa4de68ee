// Data points of summaries: expanded to a series per quantile, `_sum` and `_count`.
//
//   SummaryDataPoint { KeyValue attributes = 7, fixed64 start_time_unix_nano = 2,
//                      fixed64 time_unix_nano = 3, fixed64 count = 4, double sum = 5,
//                      ValueAtQuantile quantile_values = 6, uint32 flags = 8 }
//   ValueAtQuantile { double quantile = 1, double value = 2 }
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { type SeriesName, staleHigh, staleLow } from '#model/metric-rows.ts';
import { fixed64AsDouble } from './histograms.ts';
import type { MetricFamily } from './metric-family.ts';
import { NumberValue } from './number-value.ts';
import {
  noRecordedValue,
  type PointParts,
  type PointScanner,
  reject,
  tooLarge,
} from './point-parts.ts';

export class SummaryScanner implements PointScanner {
  readonly #parts: PointParts;
  readonly #count = new NumberValue();
  readonly #sum = new NumberValue();
  readonly #quantileValue = new NumberValue();
  #timeLow = 0;
  #timeHigh = 0;
  #startLow = 0;
  #startHigh = 0;
  #quantilesFrom = -1;
  #flags = 0;

  constructor(parts: PointParts) {
    this.#parts = parts;
  }

  point(family: MetricFamily): boolean {
    const { series, times } = this.#parts;
    this.#scan();
    const isStale = (this.#flags & noRecordedValue) !== 0;
    const reason = times.enter(this.#timeLow, this.#timeHigh, this.#startLow, this.#startHigh);
    if (reason !== undefined) return reject(this.#parts, reason, family);
    series.endAttributes();
    if (!series.enter(family.count, times.day)) return reject(this.#parts, tooLarge, family);
    this.#emit(family.count, isStale, this.#count);
    series.enter(family.sum, times.day);
    this.#emit(family.sum, isStale, this.#sum);
    this.#emitQuantiles(family, isStale);
    times.count();
    return true;
  }

  #emitQuantiles(family: MetricFamily, isStale: boolean): void {
    if (this.#quantilesFrom < 0) return;
    const { body, series, times } = this.#parts;
    const { reader } = body;
    reader.at = this.#quantilesFrom;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x32) {
        reader.skip();
        continue;
      }
      const quantile = this.#scanQuantile(reader);
      series.enterLabelled(family.base, times.day, 'quantile', quantile);
      this.#emit(family.base, isStale, this.#quantileValue);
    }
  }

  #scanQuantile(reader: ProtobufReader): number {
    const outer = reader.enter();
    let quantile = 0;
    this.#quantileValue.clear();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x09:
          quantile = reader.double();
          break;
        case 0x11:
          this.#quantileValue.readDouble(reader);
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    return quantile;
  }

  #emit(name: SeriesName, isStale: boolean, value: NumberValue): void {
    const { rows, series, times } = this.#parts;
    const low = isStale ? staleLow : value.low;
    const high = isStale ? staleHigh : value.high;
    rows.sample(name, series.idLow, series.idHigh, times.timeMs, low, high);
  }

  #scan(): void {
    const { body, series } = this.#parts;
    const { reader } = body;
    series.beginPoint(0x3a);
    this.#count.clear();
    this.#sum.clear();
    this.#timeLow = this.#timeHigh = this.#startLow = this.#startHigh = this.#flags = 0;
    this.#quantilesFrom = -1;
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
          this.#count.set(fixed64AsDouble(reader));
          break;
        case 0x29:
          this.#sum.readDouble(reader);
          break;
        case 0x32:
          if (this.#quantilesFrom < 0) this.#quantilesFrom = reader.tagAt;
          reader.skip();
          break;
        case 0x3a:
          series.attribute();
          break;
        case 0x40:
          this.#flags = reader.varint();
          break;
        default:
          reader.skip();
      }
    }
  }
}
