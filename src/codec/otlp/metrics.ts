// Metrics, from the wire to samples, histograms, exemplars, series and metadata. This file reads the
// Metric and deals its data points out to the scanner of their type; it adds target_info per resource.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
//
//   Metric { string name = 1, string description = 2, string unit = 3, oneof: Gauge gauge = 5,
//            Sum sum = 7, Histogram histogram = 9, ExponentialHistogram exponential_histogram = 10,
//            Summary summary = 11 }
//   Gauge, Sum, … { repeated data points = 1, AggregationTemporality aggregation_temporality = 2,
//                   bool is_monotonic = 3 (Sum) }
import type { MetricKind } from '#model/metric-name.ts';
import { type MetricRows, metricRowsPool } from '#model/metric-rows.ts';
import { dayOfMs } from '#model/unit.ts';
import type { Body, SignalScanner } from './body.ts';
import { ExemplarScanner } from './exemplars.ts';
import { ExponentialHistogramScanner } from './exponential-histograms.ts';
import { HistogramScanner } from './histograms.ts';
import { MetricFamilies, type MetricFamily, targetInfo } from './metric-family.ts';
import { NumberScanner } from './numbers.ts';
import type { PointScanner } from './point-parts.ts';
import { PointTimes } from './point-times.ts';
import { SeriesScanner } from './series.ts';
import { SummaryScanner } from './summaries.ts';

/** AGGREGATION_TEMPORALITY_DELTA */
const delta = 1;

/** target_info is repeated at least this often, so that it is there for every instant. */
const targetInfoIntervalMs = 150_000;

/** The name is in the row of every sample. The specification allows 255 characters. */
const nameBytesMax = 512;

/** A pure function, remembered: shared by every program in this process. */
const families = new MetricFamilies();

export class MetricScanner implements SignalScanner {
  readonly rows: MetricRows = metricRowsPool.take();
  /** Data points that were taken. */
  items = 0;
  readonly #body: Body;
  readonly #times: PointTimes;
  readonly #series: SeriesScanner;
  readonly #scanners: Readonly<Record<number, PointScanner>>;

  // The metric being read.
  #nameFrom = 0;
  #nameTo = 0;
  #helpFrom = 0;
  #helpTo = 0;
  #unitFrom = 0;
  #unitTo = 0;
  #typeTag = 0;
  #typeAt = 0;
  #temporality = 0;
  #isMonotonic = false;

  constructor(body: Body) {
    this.#body = body;
    this.#times = new PointTimes(body);
    this.#series = new SeriesScanner(body, this.rows);
    const parts = {
      body,
      rows: this.rows,
      times: this.#times,
      series: this.#series,
      exemplars: new ExemplarScanner(body, this.rows),
    };
    const numbers = new NumberScanner(parts);
    this.#scanners = {
      42: numbers,
      58: numbers,
      74: new HistogramScanner(parts),
      82: new ExponentialHistogramScanner(parts),
      90: new SummaryScanner(parts),
    };
  }

  origin(): void {
    this.#series.beginOrigin();
  }

  item(): void {
    this.#findFields();
    const scanner = this.#scanners[this.#typeTag];
    if (scanner === undefined) return;
    const { reader, rejections } = this.#body;
    reader.at = this.#typeAt;
    const outer = reader.enter();
    const start = reader.at;
    const points = this.#findTypeFields();
    const family = this.#enterFamily();
    reader.at = start;
    if (family !== undefined) this.#walkPoints(scanner, family);
    else {
      const reason = this.#isTooLong()
        ? 'of a metric whose name or unit is too long'
        : 'of a metric without a name';
      rejections.add(reason, () => `metric at byte ${start}`, points);
    }
    reader.leave(outer);
  }

  #walkPoints(scanner: PointScanner, family: MetricFamily): void {
    const { reader } = this.#body;
    const isDelta = this.#temporality === delta;
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x0a) {
        reader.skip();
        continue;
      }
      const outer = reader.enter();
      this.#body.countPart();
      if (scanner.point(family, isDelta)) this.items++;
      reader.leave(outer);
    }
  }

  #findFields(): void {
    const { reader } = this.#body;
    this.#nameFrom = this.#nameTo = this.#helpFrom = this.#helpTo = 0;
    this.#unitFrom = this.#unitTo = this.#typeTag = 0;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          this.#nameTo = reader.passBytes();
          this.#nameFrom = reader.from;
          break;
        case 0x12:
          this.#helpTo = reader.passBytes();
          this.#helpFrom = reader.from;
          break;
        case 0x1a:
          this.#unitTo = reader.passBytes();
          this.#unitFrom = reader.from;
          break;
        case 0x2a:
        case 0x3a:
        case 0x4a:
        case 0x52:
        case 0x5a:
          this.#typeTag = tag;
          this.#typeAt = reader.at;
          reader.skip();
          break;
        default:
          reader.skip();
      }
    }
  }

  /** Finds fields 2 and 3 of the Gauge, Sum, …; returns how many data points there are. */
  #findTypeFields(): number {
    const { reader } = this.#body;
    this.#temporality = 0;
    this.#isMonotonic = false;
    let points = 0;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x10) this.#temporality = reader.varint();
      else if (tag === 0x18) this.#isMonotonic = reader.varint() !== 0;
      else {
        if (tag === 0x0a) points++;
        reader.skip();
      }
    }
    return points;
  }

  #enterFamily(): MetricFamily | undefined {
    if (this.#isTooLong()) return undefined;
    const { hash, reader } = this.#body;
    const { bytes } = reader;
    const kind = this.#kind();
    const seed = this.#typeTag * 16 + this.#temporality * 2 + (this.#isMonotonic ? 1 : 0);
    hash.update(bytes, this.#nameFrom, this.#nameTo, seed, 0);
    hash.update(bytes, this.#unitFrom, this.#unitTo, hash.low, hash.high);
    const key = (hash.high & 0x1fffff) * 0x100000000 + hash.low;
    hash.update(bytes, this.#helpFrom, this.#helpTo, hash.low, hash.high);
    const name = bytes.subarray(this.#nameFrom, this.#nameTo);
    const unit = bytes.subarray(this.#unitFrom, this.#unitTo);
    const family = families.find(key, name, unit, kind);
    if (family === undefined) return undefined;
    this.#series.beginMetric(
      family,
      this.#temporality === delta,
      this.#helpFrom,
      this.#helpTo,
      hash.low,
      hash.high,
    );
    return family;
  }

  #isTooLong(): boolean {
    return Math.max(this.#nameTo - this.#nameFrom, this.#unitTo - this.#unitFrom) > nameBytesMax;
  }

  #kind(): MetricKind {
    switch (this.#typeTag) {
      case 0x2a:
        return 'gauge';
      case 0x3a:
        return this.#isMonotonic ? 'counter' : 'sum';
      case 0x5a:
        return 'summary';
      default:
        return 'histogram';
    }
  }

  /** Samples of target_info from the first to the last data point of the resource. */
  resourceEnd(): void {
    const times = this.#times;
    // More samples than data points would let a few points with far times become many.
    const interval = Math.max(
      targetInfoIntervalMs,
      Math.ceil((times.lastMs - times.firstMs) / Math.max(times.points, 1)),
    );
    if (times.points > 0) {
      for (let at = times.firstMs; at < times.lastMs; at += interval) this.#targetInfoAt(at);
      this.#targetInfoAt(times.lastMs);
    }
    times.beginResource();
  }

  #targetInfoAt(timeMs: number): void {
    const series = this.#series;
    if (!series.enterTargetInfo(dayOfMs(timeMs))) return;
    // 1.0 as its bits.
    this.rows.sample(targetInfo.base, series.idLow, series.idHigh, timeMs, 0, 0x3ff00000);
  }
}
