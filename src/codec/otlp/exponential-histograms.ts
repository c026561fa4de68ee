// Data points of exponential histograms, to otel_histograms.
//
//   ExponentialHistogramDataPoint { KeyValue attributes = 1, fixed64 start_time_unix_nano = 2,
//       fixed64 time_unix_nano = 3, fixed64 count = 4, double sum = 5, sint32 scale = 6,
//       fixed64 zero_count = 7, Buckets positive = 8, Buckets negative = 9, uint32 flags = 10,
//       Exemplar exemplars = 11, double min = 12, double max = 13, double zero_threshold = 14 }
//   Buckets { sint32 offset = 1, repeated uint64 bucket_counts = 2 }
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import type { ArrayColumn, FixedColumn } from '#model/column.ts';
import { histogramFlag } from '#model/metric-rows.ts';
import type { MetricFamily } from './metric-family.ts';
import { NumberValue } from './number-value.ts';
import {
  noRecordedValue,
  type PointParts,
  type PointScanner,
  reject,
  tooLarge,
} from './point-parts.ts';

/** https://opentelemetry.io/docs/specs/otel/metrics/sdk/#maxscale */
const scaleMin = -10;
const scaleMax = 20;

export class ExponentialHistogramScanner implements PointScanner {
  readonly #parts: PointParts;
  readonly #sum = new NumberValue();
  readonly #min = new NumberValue();
  readonly #max = new NumberValue();
  readonly #zeroThreshold = new NumberValue();
  #timeLow = 0;
  #timeHigh = 0;
  #startLow = 0;
  #startHigh = 0;
  #countLow = 0;
  #countHigh = 0;
  #zeroCountLow = 0;
  #zeroCountHigh = 0;
  #scale = 0;
  #positiveAt = -1;
  #negativeAt = -1;
  #flags = 0;

  constructor(parts: PointParts) {
    this.#parts = parts;
  }

  point(family: MetricFamily, isDelta: boolean): boolean {
    const { series, times, exemplars } = this.#parts;
    this.#scan();
    if (this.#scale < scaleMin || this.#scale > scaleMax) {
      return reject(this.#parts, 'with a scale outside of -10 to 20', family);
    }
    const reason = times.enter(this.#timeLow, this.#timeHigh, this.#startLow, this.#startHigh);
    if (reason !== undefined) return reject(this.#parts, reason, family);
    series.endAttributes();
    if (!series.enter(family.base, times.day)) return reject(this.#parts, tooLarge, family);
    this.#append(family, isDelta);
    times.count();
    exemplars.append(0x5a, times, series, family, sameSeries);
    return true;
  }

  #append(family: MetricFamily, isDelta: boolean): void {
    const { rows, series, times } = this.#parts;
    const { histograms } = rows;
    rows.histogram(family.base, series.idLow, series.idHigh, times.timeMs, times.startMs);
    histograms.count.data.f64(unsigned(this.#countLow, this.#countHigh));
    histograms.sum.data.u64(this.#sum.low, this.#sum.high);
    histograms.min.data.u64(this.#min.low, this.#min.high);
    histograms.max.data.u64(this.#max.low, this.#max.high);
    histograms.scale.data.i32(this.#scale);
    histograms.zero_threshold.data.u64(this.#zeroThreshold.low, this.#zeroThreshold.high);
    histograms.zero_count.data.f64(unsigned(this.#zeroCountLow, this.#zeroCountHigh));
    this.#appendBuckets(this.#positiveAt, histograms.positive_spans, histograms.positive_counts);
    this.#appendBuckets(this.#negativeAt, histograms.negative_spans, histograms.negative_counts);
    histograms.custom_bounds.closeRow(0);
    histograms.counter_reset.data.u8(0);
    histograms.flags.data.u8(
      (this.#sum.isThere ? histogramFlag.hasSum : 0) |
        (this.#min.isThere ? histogramFlag.hasMin : 0) |
        (this.#max.isThere ? histogramFlag.hasMax : 0) |
        ((this.#flags & noRecordedValue) !== 0 ? histogramFlag.isStale : 0) |
        (isDelta ? histogramFlag.isDelta : 0),
    );
  }

  /**
   * Reads Buckets, behind their tag at `at`, as one span. The bucket that OpenTelemetry calls i has the
   * upper bound that Prometheus calls i + 1.
   */
  #appendBuckets(
    at: number,
    spans: ArrayColumn<readonly [FixedColumn]>,
    counts: ArrayColumn<readonly [FixedColumn]>,
  ): void {
    const { reader } = this.#parts.body;
    let offset = 0;
    if (at >= 0) {
      reader.at = at;
      const outer = reader.enter();
      while (reader.at < reader.limit) {
        const tag = reader.tag();
        if (tag === 0x08) offset = zigzag(reader.varint());
        else if (tag === 0x10) this.#appendCount(reader, counts.elements[0]);
        else if (tag === 0x12) {
          const message = reader.enter();
          while (reader.at < reader.limit) this.#appendCount(reader, counts.elements[0]);
          reader.leave(message);
        } else reader.skip();
      }
      reader.leave(outer);
    }
    const length = counts.elements[0].rows - counts.elementCount;
    counts.closeRow(length);
    if (length > 0) {
      spans.elements[0].data.i32((offset + 1) | 0);
      spans.elements[0].data.i32(length);
    }
    spans.endRow();
  }

  #appendCount(reader: ProtobufReader, column: FixedColumn): void {
    reader.varint();
    column.data.f64(unsigned(reader.low, reader.high));
  }

  #scan(): void {
    const { body, series, exemplars } = this.#parts;
    const { reader } = body;
    series.beginPoint(0x0a);
    exemplars.begin();
    this.#reset();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
          series.attribute();
          break;
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
          reader.fixed64();
          this.#countLow = reader.low;
          this.#countHigh = reader.high;
          break;
        case 0x29:
          this.#sum.readDouble(reader);
          break;
        case 0x30:
          this.#scale = zigzag(reader.varint());
          break;
        case 0x42:
          this.#positiveAt = reader.at;
          reader.skip();
          break;
        case 0x4a:
          this.#negativeAt = reader.at;
          reader.skip();
          break;
        default:
          this.#scanRare(reader);
      }
    }
  }

  #scanRare(reader: ProtobufReader): void {
    switch (reader.lastTag) {
      case 0x39:
        reader.fixed64();
        this.#zeroCountLow = reader.low;
        this.#zeroCountHigh = reader.high;
        break;
      case 0x50:
        this.#flags = reader.varint();
        break;
      case 0x5a:
        this.#parts.exemplars.pass();
        break;
      case 0x61:
        this.#min.readDouble(reader);
        break;
      case 0x69:
        this.#max.readDouble(reader);
        break;
      case 0x71:
        this.#zeroThreshold.readDouble(reader);
        break;
      default:
        reader.skip();
    }
  }

  #reset(): void {
    this.#sum.clear();
    this.#min.clear();
    this.#max.clear();
    this.#zeroThreshold.clear();
    this.#timeLow = this.#timeHigh = this.#startLow = this.#startHigh = 0;
    this.#countLow = this.#countHigh = this.#zeroCountLow = this.#zeroCountHigh = 0;
    this.#scale = this.#flags = 0;
    this.#positiveAt = this.#negativeAt = -1;
  }
}

const sameSeries = (_value: number, family: MetricFamily) => family.base;

const unsigned = (low: number, high: number): number => high * 0x1_0000_0000 + low;

const zigzag = (value: number): number => (value >>> 1) ^ -(value & 1);
