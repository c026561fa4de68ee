// Data points of gauges and sums.
//
//   NumberDataPoint { KeyValue attributes = 7, fixed64 start_time_unix_nano = 2,
//                     fixed64 time_unix_nano = 3, oneof: double as_double = 4, sfixed64 as_int = 6,
//                     Exemplar exemplars = 5, uint32 flags = 8 }

import { staleHigh, staleLow } from '#model/metric-rows.ts';
import type { MetricFamily } from './metric-family.ts';
import { NumberValue } from './number-value.ts';
import {
  noRecordedValue,
  type PointParts,
  type PointScanner,
  reject,
  tooLarge,
} from './point-parts.ts';

export class NumberScanner implements PointScanner {
  readonly #parts: PointParts;
  readonly #value = new NumberValue();
  #timeLow = 0;
  #timeHigh = 0;
  #startLow = 0;
  #startHigh = 0;
  #flags = 0;

  constructor(parts: PointParts) {
    this.#parts = parts;
  }

  point(family: MetricFamily, isDelta: boolean): boolean {
    const { series, times, rows, exemplars } = this.#parts;
    const value = this.#value;
    this.#scan();
    const isStale = (this.#flags & noRecordedValue) !== 0;
    if (isStale) {
      value.low = staleLow;
      value.high = staleHigh;
    } else if (!value.isThere) return reject(this.#parts, 'without a value', family);
    const reason = times.enter(this.#timeLow, this.#timeHigh, this.#startLow, this.#startHigh);
    if (reason !== undefined) return reject(this.#parts, reason, family);
    series.endAttributes();
    if (!series.enter(family.base, times.day)) return reject(this.#parts, tooLarge, family);
    const { idLow, idHigh } = series;
    const { timeMs, startMs } = times;
    if (isDelta) {
      rows.deltaSample(family.base, idLow, idHigh, timeMs, startMs, value.low, value.high);
    } else rows.sample(family.base, idLow, idHigh, timeMs, value.low, value.high);
    times.count();
    exemplars.append(0x2a, times, series, family, sameSeries);
    return true;
  }

  #scan(): void {
    const { body, series, exemplars } = this.#parts;
    const { reader } = body;
    series.beginPoint(0x3a);
    exemplars.begin();
    this.#value.clear();
    this.#timeLow = this.#timeHigh = this.#startLow = this.#startHigh = this.#flags = 0;
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
          this.#value.readDouble(reader);
          break;
        case 0x2a:
          exemplars.pass();
          break;
        case 0x31:
          this.#value.readInt(reader);
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

const sameSeries = (_value: number, family: MetricFamily) => family.base;
